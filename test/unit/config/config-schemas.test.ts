import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readDefaults } from '../../../src/modules/config/defaults.js';
import { siteDocument } from '../../../src/modules/config/site-config.js';
import { userDocument } from '../../../src/modules/config/user-config.js';

const ajv = new Ajv2020({ strict: false });
const validator = (document: z.ZodType) => ajv.compile(z.toJSONSchema(document, { io: 'input' }));

describe('the JSON Schemas for editors', () => {
  it('take a site file with its shorthands and refuse unknown keys', () => {
    const valid = validator(siteDocument);

    expect(valid({ mxcp: 1, project: 'a', profile: 'b', secrets: 'x', extensions: ['h3'], dbt: null })).toBe(
      true,
    );
    expect(valid({ project: 'a', profile: 'b', profile5: {} })).toBe(false);
    expect(valid({ project: 'a' })).toBe(false);
  });

  it('take a user file with null maps and refuse unknown keys', () => {
    const valid = validator(userDocument);

    expect(valid({ projects: { a: { profiles: { b: null } }, c: null } })).toBe(true);
    expect(valid({ transport: { http: { base_path: '/' } } })).toBe(false);
  });
});

describe('config/defaults.yml', () => {
  it('comes with a comment on top and fits the schema of the files', async () => {
    const text = await readFile(new URL('../../../config/defaults.yml', import.meta.url), 'utf8');

    expect(text.startsWith('# ')).toBe(true);
    await expect(readDefaults()).resolves.toMatchObject({
      site: { limits: { rows: 10_000, bytes: 8_388_608, timeout_ms: 300_000 } },
    });
  });
});
