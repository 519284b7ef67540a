#!/usr/bin/env node
// The command `mxcp`. The running Node may be old, so this file is plain JavaScript that Node 18 reads.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { constants } from 'node:os';
import process, { env, exit } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const nodeName = process.platform === 'win32' ? 'node.exe' : 'node';

// DuckDB runs statements on libuv's threads; the pool is made at its first use, which is not yet
env.UV_THREADPOOL_SIZE ||= '16';

if (fits(process.versions.node)) await start();
else respawn();

function fits(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19);
}

async function start() {
  // the bundle is the same program in few files, which starts in half the time; a build alone has none
  const main = [join(root, 'bundle', 'main.js'), join(root, 'dist', 'main.js')].find(existsSync);
  if (main === undefined) fail('mxcp is not built yet. Run `npm run build` in ' + root + '.');
  silenceExperimentalWarnings();
  await import(pathToFileURL(main).href);
}

/** Other warnings still reach stderr. */
function silenceExperimentalWarnings() {
  const emit = process.emit;
  process.emit = function (name, event, ...rest) {
    if (name === 'warning' && event && event.name === 'ExperimentalWarning') return false;
    return emit.call(this, name, event, ...rest);
  };
}

/** Runs this file again with the Node that comes as a dependency; signals and the exit code pass through. */
function respawn() {
  const node = fittingNode();
  if (node === null) {
    fail(
      'mxcp needs Node.js 22.19 or newer, and this is ' +
        process.versions.node +
        '. Install a newer one, or run `npm install` in ' +
        root +
        '.',
    );
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // a terminal sends Ctrl-C to the child as well, and a second SIGINT would end it at once
  const isTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  process.on('SIGINT', () => isTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail('mxcp could not start ' + node + ': ' + error.message));
  child.on('exit', (code, signal) => {
    exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

/** The executable of the package `node`, from here or wherever npm put it; null when there is none. */
function fittingNode() {
  const own = join(root, 'node_modules', 'node', 'bin', nodeName);
  if (existsSync(own)) return own;
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const found = join(dirname(manifest), 'bin', nodeName);
    return existsSync(found) ? found : null;
  } catch {
    return null;
  }
}

function fail(message) {
  console.error('Error: ' + message);
  exit(1);
}
