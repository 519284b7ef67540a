import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LogDestination } from '../../../src/modules/telemetry/log-destination.js';
import { aConfig } from '../../builders/a-config.js';
import { aFolder } from '../../builders/a-project-folder.js';

function aDestination(path: string, size: { maxBytes?: number; backupCount?: number } = {}) {
  const shown: string[] = [];
  const config = { ...aConfig().logging, format: 'json', ...size, path } as const;
  return { shown, destination: new LogDestination(config, (text) => shown.push(text)) };
}

describe('the log file', () => {
  it('has the lines of stderr, in a folder that is made for it', async () => {
    const path = join(await aFolder(), 'logs', 'mxcp.log');
    const { destination, shown } = aDestination(path);

    destination.write('{"message":"a"}\n');
    destination.write('{"message":"b"}\n');
    destination.close();

    expect(shown).toEqual(['{"message":"a"}\n', '{"message":"b"}\n']);
    await expect(readFile(path, 'utf8')).resolves.toBe(shown.join(''));
  });

  it('moves aside before a line would make it larger than its size, and the oldest goes', async () => {
    const path = join(await aFolder(), 'mxcp.log');
    const { destination } = aDestination(path, { maxBytes: 4, backupCount: 2 });

    for (const line of ['1\n', '2\n', '3\n', '4\n', 'longer than all\n', '6\n', '7\n'])
      destination.write(line);
    destination.close();

    await expect(readFile(path, 'utf8')).resolves.toBe('6\n7\n');
    await expect(readFile(`${path}.1`, 'utf8')).resolves.toBe('longer than all\n');
    await expect(readFile(`${path}.2`, 'utf8')).resolves.toBe('3\n4\n');
    await expect(readFile(`${path}.3`, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('that is gone leaves those that moved aside where they are', async () => {
    const path = join(await aFolder(), 'mxcp.log');
    const { destination } = aDestination(path, { maxBytes: 2, backupCount: 2 });
    destination.write('1\n');
    destination.write('2\n');
    await rm(path);

    destination.write('3\n');
    destination.close();

    await expect(readFile(path, 'utf8')).resolves.toBe('3\n');
    await expect(readFile(`${path}.1`, 'utf8')).resolves.toBe('1\n');
  });

  it('is done without, with a warning, when it cannot be opened', async () => {
    const path = join(await aFolder({ file: '' }), 'file', 'mxcp.log');
    const { destination, shown } = aDestination(path);

    destination.write('{}\n');

    expect(shown).toEqual([
      expect.stringMatching(/^Warning: Failed to setup file logging to .*mxcp\.log: /),
      '{}\n',
    ]);
  });

  it.runIf(process.platform === 'linux')('that is full stops nothing, and is told of once', () => {
    const { destination, shown } = aDestination('/dev/full');

    destination.write('{"message":"a"}\n');
    destination.write('{"message":"b"}\n');

    expect(shown).toEqual([
      '{"message":"a"}\n',
      expect.stringMatching(/^Warning: Failed to write to the log file \/dev\/full: ENOSPC/),
      '{"message":"b"}\n',
    ]);
  });

  it('that cannot move aside is told of, and never becomes another file', async () => {
    const folder = await aFolder();
    const { destination, shown } = aDestination(join(folder, 'logs', 'mxcp.log'), { maxBytes: 4 });
    destination.write('1\n');
    await rm(join(folder, 'logs'), { recursive: true });

    destination.write('long\n');
    destination.write('long\n');
    destination.close();

    expect(shown.filter((text) => text.startsWith('Warning'))).toHaveLength(1);
    expect(shown).toContain('long\n');
  });
});
