import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import { SecretUnresolvedError } from '../../../../src/common/errors/config-errors.js';
import { SecretResolver } from '../../../../src/common/ports/secret-resolver.js';
import { ReferenceResolver } from '../../../../src/modules/config/references/reference-resolver.js';
import { Variables } from '../../../../src/modules/config/variables.js';

class TableResolver extends SecretResolver {
  readonly prefix = 'vault://';
  readonly asked: string[] = [];

  constructor(private readonly table: Readonly<Record<string, JsonValue>>) {
    super();
  }

  resolve(reference: string): Promise<JsonValue> {
    this.asked.push(reference);
    const value = this.table[reference];
    return value === undefined
      ? Promise.reject(new SecretUnresolvedError(`no ${reference}`))
      : Promise.resolve(value);
  }
}

const source = { file: 'f', locate: () => ({ line: 3, column: 5 }) };
const everywhere = (): boolean => true;

describe('ReferenceResolver', () => {
  it('asks once for a reference that occurs often, expanding variables in it first', async () => {
    const vault = new TableResolver({ 'vault://prod/x#k': 'v' });
    const resolver = new ReferenceResolver(new Variables({ STAGE: 'prod' }), [vault]);
    const tree = { a: 'vault://${STAGE}/x#k', b: ['vault://${STAGE}/x#k', 'see vault://${STAGE}'] };

    const { tree: resolved, failures } = await resolver.resolve(tree, everywhere, source);

    expect(resolved).toEqual({ a: 'v', b: ['v', 'see vault://prod'] });
    expect(failures).toEqual([]);
    expect(vault.asked).toEqual(['vault://prod/x#k']);
  });

  it('keeps the type of what is stored, null included', async () => {
    const vault = new TableResolver({ 'vault://n': 5, 'vault://o': { a: [1] }, 'vault://z': null });
    const tree = ['vault://n', 'vault://o', 'vault://z', 7, true, null];

    const { tree: resolved } = await new ReferenceResolver(new Variables({}), [vault]).resolve(
      tree,
      everywhere,
      source,
    );

    expect(resolved).toEqual([5, { a: [1] }, null, 7, true, null]);
  });

  it('goes on after a failure and keeps the text of what failed', async () => {
    const vault = new TableResolver({ 'vault://b': 'v' });
    const tree = { a: 'vault://a', b: 'vault://b', c: 'vault://${UNSET}' };

    const { tree: resolved, failures } = await new ReferenceResolver(new Variables({}), [vault]).resolve(
      tree,
      everywhere,
      source,
    );

    expect(resolved).toEqual({ a: 'vault://a', b: 'v', c: 'vault://${UNSET}' });
    expect(failures).toEqual([
      { reference: 'vault://a', reason: 'no vault://a', place: 'a at f:3:5' },
      { reference: '${UNSET}', reason: 'Environment variable UNSET is not set', place: 'c at f:3:5' },
    ]);
  });

  it('leaves keys and what is not selected alone', async () => {
    const vault = new TableResolver({});
    const resolver = new ReferenceResolver(new Variables({ A: 'x' }), [vault]);

    const { tree } = await resolver.resolve(
      { '${A}': '${A}', not: 'vault://a' },
      ([top]) => top !== 'not',
      source,
    );

    expect(tree).toEqual({ '${A}': 'x', not: 'vault://a' });
    expect(vault.asked).toEqual([]);
  });

  it('lets errors of the program through', async () => {
    const broken: SecretResolver = { prefix: 'op://', resolve: () => Promise.reject(new TypeError('bug')) };

    await expect(
      new ReferenceResolver(new Variables({}), [broken]).resolve('op://x', everywhere, source),
    ).rejects.toThrow('bug');
  });
});
