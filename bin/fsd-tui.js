#!/usr/bin/env node
// Launcher. Old syntax on purpose: it must parse on any Node and run itself again on the one that a checkout installs.
import { runOnNewNode } from './node-runtime.js';

const here = new URL('.', import.meta.url);
await runOnNewNode(import.meta.url, async () => {
  // before React is loaded: its development build costs twice the CPU
  if (!process.env.NODE_ENV) process.env.NODE_ENV = 'production';
  // a stack is read when it is told: what goes wrong in the first instants is told later than they last
  const { mapStackTraces } = await import('./stack-traces.js');
  setTimeout(mapStackTraces, 250).unref();
  // this thread makes little that dies young: a larger space would only stand there
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--max-semi-space-size=2');
  // compiled code is kept between starts, in the system's folder for temporary files
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.();
  const { existsSync } = await import('node:fs');
  const main = new URL('../dist/cli/main.js', here);
  if (!existsSync(main)) {
    console.error('fsd-tui is not built. Run: npm run build');
    process.exit(1);
  }
  await import(main.href);
});
