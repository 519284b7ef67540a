import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  addedFiles,
  baseOf,
  composeFiles,
  requiredBy,
  rootFile,
  servicesOf,
  standaloneFiles,
  textOfFile,
  variablesOf,
} from '../../../e2e/support/compose-files.ts';

const { version } = z.object({ version: z.string() }).parse(JSON.parse(textOfFile('package.json')));
const image = `mxcp-server:${version}`;

/** Every service that a file adds or changes, as `file name`. */
const services = composeFiles.flatMap((file) =>
  [...servicesOf(file)].map(([name, service]) => ({ file, name, service })),
);
const servers = services.filter(({ service }) => service.build !== undefined);

/** `${NAME:-default}` as it is where nobody sets NAME. */
const withDefaults = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

describe('every Compose file', () => {
  it.each(composeFiles)('%s begins with the command that it is for', (file) => {
    const [first = ''] = textOfFile(file).split('\n');

    expect(first).toMatch(/^# .*: {2}docker compose .*up --build -d --wait$/);
    expect(first.includes('Added to the root file')).toBe(addedFiles.includes(file));
    expect(first.includes(`-f ${file}`)).toBe(file !== rootFile);
  });

  it.each(services.filter(({ service }) => service.image !== undefined))(
    '$file pins the image of $name',
    ({ service }) => {
      expect(service.image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?$/);
    },
  );

  it.each(services)('$file publishes $name on this machine only', ({ service }) => {
    for (const port of service.ports ?? []) expect(withDefaults(port)).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it.each(services)('$file mounts in $name only what exists', ({ file, service }) => {
    const folders = (service.volumes ?? []).map((volume) => withDefaults(volume).split(':')[0] ?? '');
    const missing = folders.filter(
      (path) => path.startsWith('.') && !existsSync(resolve(baseOf(file), path)),
    );

    expect(missing).toEqual([]);
  });

  it.each(services)('$file gives $name no password that is written down', ({ service }) => {
    const secrets = Object.entries(service.environment ?? {}).filter(([name]) =>
      /PASSWORD|SECRET|TOKEN|_KEYS?$|ADMIN_USERNAME/.test(name),
    );

    for (const [, value] of secrets) expect(value ?? '').toMatch(/^$|^\$\{\w+:\?[^}]+\}$/);
  });

  it('passwords come from .env, whose example lists each without a value', () => {
    const lines = textOfFile('.env.example').split('\n');
    const empty = lines.flatMap((line) => /^#?([A-Z_]+)=$/.exec(line)?.[1] ?? []);

    expect(lines.filter((line) => /^#?[A-Z_]+=./.test(line))).toEqual([]);
    expect(empty).toEqual(expect.arrayContaining([...new Set(composeFiles.flatMap(requiredBy))]));
    expect(composeFiles.flatMap(requiredBy)).not.toEqual([]);
  });

  it('.env.example and the guide name every variable of the files', () => {
    const told = textOfFile('.env.example') + textOfFile('docs/guides/compose.md');

    expect(composeFiles.flatMap(variablesOf).filter((name) => !told.includes(name))).toEqual([]);
  });
});

describe('the server in Compose', () => {
  it('is in the root file and in those that work alone', () => {
    expect(servers.map(({ file }) => file)).toEqual([rootFile, ...standaloneFiles]);
  });

  it.each(servers)('is built from this repository and has its version ($file)', ({ file, service }) => {
    expect(service.image).toBe(image);
    expect(existsSync(resolve(baseOf(file), service.build ?? '', 'package.json'))).toBe(true);
  });

  it.each(servers)('asks itself for its health and has time to stop ($file)', ({ service }) => {
    expect(service).toMatchObject({
      healthcheck: { test: ['CMD', 'mxcp', 'healthcheck'], interval: '30s', timeout: '10s', retries: 3 },
      stop_grace_period: '30s',
      restart: 'unless-stopped',
      labels: { 'com.mxcp.service': 'mxcp' },
    });
  });

  it.each(servers)('writes in its volumes and nowhere else ($file)', ({ service }) => {
    expect(service).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    const volumes = (service.volumes ?? []).map((volume) =>
      withDefaults(volume).split(':').slice(1).join(':'),
    );
    const writable = ['/app/data', '/app/logs', '/app/audit', '/app/drift'];
    expect(volumes.toSorted()).toEqual(['/app:ro', '/config:ro', ...writable].toSorted());
  });

  it('finds a folder to mount each volume on in the example, which is read-only', () => {
    for (const folder of ['data', 'logs', 'audit', 'drift']) {
      expect(existsSync(resolve(baseOf(rootFile), 'config/examples/earthquakes', folder))).toBe(true);
    }
  });
});
