// The whole verdict on a clean machine: tests, static checks, tests against real services, compatibility
// cases. Prints the totals alone on the last line. Plain JavaScript: the running Node may be old.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { areDeploymentsProven } from './deployment-hash.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(root, 'results');
const compat = join(root, '..', 'shared', 'compat', 'run.py');
const node = join('node_modules', 'node', 'bin', 'node');

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const totals = { passed: 0, failed: 0 };

/** Runs one step, showing its output; resolves to its exit code and what it printed. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, CI: 'true' },
    });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      process.stdout.write(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });
}

async function step(name, command, args, count) {
  const started = Date.now();
  console.log(`\n=== ${name}: ${[command, ...args].join(' ')}`);
  const { code, text } = await run(command, args);
  const counted = count?.(text) ?? { passed: 0, failed: 0 };
  totals.passed += counted.passed;
  // a step that failed without a failed test of its own still counts
  totals.failed += code !== 0 && counted.failed === 0 ? 1 : counted.failed;
  if (code === 0 && counted.passed === 0) totals.passed += 1;
  console.log(
    `=== ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`,
  );
}

/** Adds up and removes the reports that the test runner left. */
function vitestReports() {
  const counted = { passed: 0, failed: 0 };
  for (const file of readdirSync(results).filter((name) => name.endsWith('.json'))) {
    const report = JSON.parse(readFileSync(join(results, file), 'utf8'));
    counted.passed += report.numPassedTests;
    counted.failed += report.numFailedTests;
    rmSync(join(results, file));
  }
  return counted;
}

function compatCases(text) {
  const [, passed = '0'] = /compat: (\d+)\/(\d+) cases/.exec(text) ?? [];
  const due = /due and failing: (.+)/.exec(text)?.[1]?.trim().split(/\s+/).length ?? 0;
  return { passed: Number(passed), failed: due };
}

await step('tests', 'npm', ['test'], vitestReports);
await step('static checks', 'npm', ['run', 'check:static']);
await step('tests against real services', 'npm', ['run', 'test:live'], vitestReports);
if (areDeploymentsProven()) {
  console.log(`\n=== deployment files: unchanged since npm run test:cluster passed, left out`);
} else {
  await step('deployment files', 'npm', ['run', 'test:cluster'], vitestReports);
}
if (existsSync(compat)) {
  const command = ['--mxcp', `${node} bin/mxcp.js`, '--not-due', join('test', 'compat-not-due.txt')];
  await step('compatibility cases', 'python3', [compat, ...command], compatCases);
} else {
  console.log(`\n=== compatibility cases: not found beside this repository, left out`);
}

console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
