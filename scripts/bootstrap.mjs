// What `npm start` and `npm test` do first on a fresh clone: install what the lock file names, build, and
// go on with the Node version that the project needs. Plain JavaScript: the running Node may be old.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHints } from './start-hints.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const stamp = join(root, 'node_modules', '.mxcp-installed');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const fits = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19);
};

/** Runs a command in the project folder; ends this process with its code when it fails. */
function must(command, args, stdio = 'inherit') {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(node)) return;
  console.log('Installing dependencies (about a minute, once) ...');
  const npm = process.env.npm_execpath;
  const ci = ['ci', '--loglevel', 'error', '--no-audit', '--no-fund'];
  if (npm === undefined) must('npm', ci);
  else if (fits(process.versions.node)) must(process.execPath, [npm, ...ci]);
  else {
    // npm itself runs on a fitting Node, so that no package complains about an old one
    const fitting = `node@${manifest.devDependencies.node}`;
    must(process.execPath, [
      npm,
      'exec',
      '--yes',
      '--loglevel',
      'error',
      `--package=${fitting}`,
      '--',
      'node',
      npm,
      ...ci,
    ]);
  }
  writeFileSync(stamp, lock);
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

function build() {
  const built = join(root, 'bundle', 'main.js');
  if (existsSync(built) && statSync(built).mtimeMs >= newest(join(root, 'src'))) return;
  console.log('Building (half a minute, after changes only) ...');
  // what npm runs as `bundle`, on the Node that fits
  must(node, [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build']);
  rmSync(join(root, 'bundle'), { recursive: true, force: true });
  // it lists a hundred files on stdout; what is wrong is on stderr
  const rolldown = join(root, 'node_modules', 'rolldown', 'bin', 'cli.mjs');
  must(node, [rolldown, '--config', 'rolldown.config.ts'], ['inherit', 'ignore', 'inherit']);
}

/** The environment in which every script finds the project's own Node and tools first. */
function environment() {
  const paths = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: paths.join(process.platform === 'win32' ? ';' : ':') };
}

/** Runs a command to its end and ends with its code; signals reach it. */
function run(command, args, cwd = root) {
  const child = spawn(command, args, { cwd, stdio: 'inherit', env: environment() });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

const [task, ...rest] = process.argv.slice(2);
install();
build();
if (task === 'start') {
  const example = join('config', 'examples', 'earthquakes');
  console.log(startHints(example, rest, process.env));
  run(node, [join(root, 'bin', 'mxcp.js'), 'serve', '--host', '127.0.0.1', ...rest], join(root, example));
} else if (task === 'run') {
  run(rest[0], rest.slice(1));
}
