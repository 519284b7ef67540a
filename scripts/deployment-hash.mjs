// What `npm run test:cluster` last passed on, and whether the files that it is about have changed since.
// Plain JavaScript: `.ci/run` asks with whatever Node is there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const record = join(root, 'e2e', 'cluster', 'passed.sha256');
const subjects = ['.dockerignore', 'Dockerfile', 'deploy', 'docker-compose.yml', 'helm'];

/** What a commit of the working tree would hold: no logs of a container, no `.env`. */
function deploymentFiles() {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', ...subjects];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0');
  return listed.filter((file) => file !== '' && existsSync(join(root, file))).sort();
}

/** SHA-256 over the names and contents of all deployment files. */
function deploymentHash() {
  const hash = createHash('sha256');
  for (const file of deploymentFiles()) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Whether the deployment files are those of the last passing run. */
export function areDeploymentsProven() {
  return existsSync(record) && readFileSync(record, 'utf8').trim() === deploymentHash();
}

/** Notes that the tests passed on the deployment files as they are; the note is to be committed. */
export function recordDeployments() {
  writeFileSync(record, `${deploymentHash()}\n`);
}
