import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigNotFoundError } from '../../../src/common/errors/config-errors.js';
import { ConfigLoader } from '../../../src/common/ports/config-loader.js';
import { LoadedConfig } from '../../../src/common/ports/loaded-config.js';
import { ConfigModule } from '../../../src/modules/config/config.module.js';
import { YamlConfigLoader } from '../../../src/modules/config/yaml-config-loader.js';
import { aConfig } from '../../builders/a-config.js';
import { smallestSite } from '../../builders/a-config-load.js';
import { aFolder } from '../../builders/a-project-folder.js';

const quiet = { abortOnError: false, logger: false } as const;
const open = (module: DynamicModule) => NestFactory.createApplicationContext(module, quiet);

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function aProject(files: Record<string, string> = {}): Promise<string> {
  const folder = await aFolder({ 'mxcp-site.yml': smallestSite, 'user.yml': '', ...files });
  vi.stubEnv('MXCP_CONFIG', join(folder, 'user.yml'));
  return folder;
}

describe('ConfigModule.forRequest', () => {
  it('gives the loaded configuration, the request and the loader', async () => {
    const request = { profile: 'dev', readonly: true };
    const folder = await aProject();
    const context = await open(ConfigModule.forRequest(request, folder));

    const loaded = context.get(LoadedConfig, { strict: false });
    expect(loaded.config.project).toMatchObject({ root: folder, name: 'acme' });
    expect(loaded.config.database.readonly).toBe(true);
    expect(loaded.request).toBe(request);
    expect(Object.isFrozen(loaded.config)).toBe(true);
    await expect(context.get(ConfigLoader, { strict: false }).load(request)).resolves.toEqual(loaded.config);
    await context.close();
  });

  it('looks for the project in the given folder, and for files of the environment in the working directory', async () => {
    const folder = await aProject();
    vi.stubEnv('MXCP_CONFIG', 'user.yml');

    const opening = open(ConfigModule.forRequest({}, folder));

    await expect(opening).rejects.toThrow('MXCP user config not found at user.yml');
  });

  it('is carried by @nestjs/config', async () => {
    const context = await open(ConfigModule.forRequest({}, await aProject()));

    const carried: unknown = context.get(ConfigService, { strict: false }).get('mxcp');
    expect(carried).toBe(context.get(LoadedConfig, { strict: false }).config);
    await context.close();
  });

  it('neither reads .env nor changes process.env', async () => {
    const folder = await aProject({ '.env': 'FROM_DOT_ENV=1\nMCP_PORT=7777\n' });
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    await writeFile(join(folder, 'user.yml'), 'server: {name: "${FROM_DOT_ENV:-none}"}\n');
    const before = { ...process.env };
    const context = await open(ConfigModule.forRequest({}));

    const { config } = context.get(LoadedConfig, { strict: false });
    expect([config.server.name, config.http.port]).toEqual(['none', 8000]);
    expect({ ...process.env }).toEqual(before);
    expect(context.get(ConfigService, { strict: false }).get('MXCP_CONFIG')).toBeUndefined();
    await context.close();
  });

  it('lets the very error of the loader out of the container', async () => {
    const error = new ConfigNotFoundError('gone');
    vi.spyOn(YamlConfigLoader.prototype, 'load').mockRejectedValue(error);

    const opening = NestFactory.createApplicationContext(ConfigModule.forRequest({}, '/'), quiet);

    await expect(opening).rejects.toBe(error);
  });
});

describe('ConfigModule.forLoaded', () => {
  it('carries what was loaded before', async () => {
    const loaded = { config: aConfig(), request: { serving: true } };
    const context = await open(ConfigModule.forLoaded(loaded));

    expect(context.get(LoadedConfig, { strict: false })).toEqual(loaded);
    expect(context.get(LoadedConfig, { strict: false }).config).toBe(loaded.config);
    await context.close();
  });
});
