// Tells where an error comes from in src/. Node can do that itself, but reads every source map at once; that costs a start 20 ms.
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A place as a line of a stack names it. */
const PLACE = /(file:\/\/[^\s()]+):(\d+):(\d+)/;
const maps = new Map();

/** The source map of a script, or `undefined`; each is read once, when an error of its script is told. */
function mapOf(url) {
  if (!maps.has(url)) {
    const file = `${fileURLToPath(url)}.map`;
    maps.set(
      url,
      existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined,
    );
  }
  return maps.get(url);
}

function mappedLine(line) {
  return line.replace(PLACE, (whole, url, row, column) => {
    const origin = mapOf(url)?.findOrigin(Number(row), Number(column));
    if (origin?.fileName === undefined) return whole;
    return `${new URL(origin.fileName, url).href}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}

/** Makes the stacks of errors name the files of src/. */
export function mapStackTraces() {
  Error.prepareStackTrace = (error, sites) => {
    const lines = sites.map((site) => `    at ${site}`);
    try {
      return [`${error}`, ...lines.map(mappedLine)].join('\n');
    } catch {
      // an error that cannot be told as text, or a map that cannot be read
      return ['Error', ...lines].join('\n');
    }
  };
}
