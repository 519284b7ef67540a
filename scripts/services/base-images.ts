import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineEnvironment, engineFolder } from './container-engine.ts';
import { must, root } from './packages.ts';

/** Stands for the published `node:24-bookworm-slim`: test machines reach no image registry. */
export const NODE_IMAGE = 'localhost/stand-in/node:24-bookworm-slim';
const DEBIAN_IMAGE = 'localhost/stand-in/debian:bookworm-slim';
const NPM = 'npm@11.21.2';
const certificates = '/etc/ssl/certs/ca-certificates.crt';

const has = (image: string): boolean =>
  spawnSync('podman', ['image', 'exists', image], { env: engineEnvironment() }).status === 0;

/** Debian from its own packages. */
function makeDebian(): void {
  const archive = join(engineFolder, 'debian.tar');
  if (!existsSync(archive)) {
    const half = `${archive}.${process.pid}.tar`;
    must('mmdebstrap', ['--quiet', '--variant=minbase', 'bookworm', half]);
    renameSync(half, archive);
  }
  must('podman', ['import', '--quiet', archive, DEBIAN_IMAGE], { env: engineEnvironment() });
}

/** As the published image: Node, npm and the user `node`; and the certificates that this machine trusts. */
const recipe = `FROM ${DEBIAN_IMAGE}
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY node /usr/local/bin/node
COPY npm.tgz ca-certificates.crt /tmp/
RUN mkdir -p /usr/local/lib/node_modules/npm /usr/local/share/test && \\
    tar -xzf /tmp/npm.tgz -C /usr/local/lib/node_modules/npm --strip-components=1 && \\
    ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && \\
    ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx && \\
    chmod +x /usr/local/lib/node_modules/npm/bin/*.js && \\
    mv /tmp/ca-certificates.crt /usr/local/share/test/ && rm /tmp/npm.tgz
ENV NODE_EXTRA_CA_CERTS=/usr/local/share/test/ca-certificates.crt \\
    PIP_CERT=/usr/local/share/test/ca-certificates.crt
CMD ["node"]
`;

function makeNode(): void {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-base-'));
  try {
    copyFileSync(join(root, 'node_modules', 'node', 'bin', 'node'), join(folder, 'node'));
    copyFileSync(certificates, join(folder, 'ca-certificates.crt'));
    must('npm', ['pack', '--silent', '--pack-destination', folder, NPM]);
    renameSync(join(folder, `${NPM.replace('@', '-')}.tgz`), join(folder, 'npm.tgz'));
    writeFileSync(join(folder, 'Dockerfile'), recipe);
    const build = ['build', '--isolation', 'chroot', '--format', 'docker', '--pull-never', '-t', NODE_IMAGE];
    must('buildah', [...build, folder], { env: engineEnvironment() });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the images that stand for the published ones, where they are missing: about a minute. */
export function makeBaseImages(): void {
  engineEnvironment();
  if (!has(DEBIAN_IMAGE)) makeDebian();
  if (!has(NODE_IMAGE)) makeNode();
}
