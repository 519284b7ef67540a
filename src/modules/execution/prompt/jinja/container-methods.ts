import { Bound, integerOf } from './arguments.js';
import { isEqual, iteratorOrNull, itemsOf } from './operators.js';
import { sorted } from './sorting.js';
import { TemplateError } from './template-errors.js';
import { toRepr } from './text.js';
import { Callable, Dict, DictView, Tuple, type CallArguments, type Value } from './values.js';
import type { Work } from './work.js';

type Method = (args: CallArguments, work: Work) => Value;

/** A method of a list, tuple or dict; undefined when Python has none of that name. */
export function containerMethod(value: Value, name: string): Value | undefined {
  const method = methodOf(value, name);
  return method === undefined ? undefined : new Callable(name, method);
}

function methodOf(value: Value, name: string): Method | undefined {
  if (value instanceof Dict) return dictMethod(value, name);
  if (Array.isArray(value)) return listMethod(value, name) ?? searchMethod(value, name, 'list');
  return value instanceof Tuple ? searchMethod(value.items, name, 'tuple') : undefined;
}

function searchMethod(items: readonly Value[], name: string, type: string): Method | undefined {
  if (name === 'count') {
    return (args) => {
      const wanted = new Bound(name, args, ['value']).required('value');
      return BigInt(items.filter((item) => isEqual(item, wanted)).length);
    };
  }
  if (name !== 'index') return undefined;
  return (args) => {
    const wanted = new Bound(name, args, ['value']).required('value');
    const at = items.findIndex((item) => isEqual(item, wanted));
    if (at !== -1) return BigInt(at);
    throw new TemplateError(
      type === 'list' ? `${toRepr(wanted)} is not in list` : 'tuple.index(x): x not in tuple',
    );
  };
}

function listMethod(list: Value[], name: string): Method | undefined {
  const one = (args: CallArguments): Value => new Bound(name, args, ['value']).required('value');
  switch (name) {
    case 'append':
      return nothing((args, work) => {
        work.spend(1);
        list.push(one(args));
      });
    case 'extend':
      return nothing((args, work) => list.push(...itemsOf(one(args), work)));
    case 'insert':
      return nothing((args) => {
        const bound = new Bound(name, args, ['index', 'value']);
        list.splice(Number(integerOf(bound.required('index'))), 0, bound.required('value'));
      });
    case 'remove':
      return nothing((args) => {
        const wanted = one(args);
        const at = list.findIndex((item) => isEqual(item, wanted));
        if (at === -1) throw new TemplateError('list.remove(x): x not in list');
        list.splice(at, 1);
      });
    case 'pop':
      return (args) => {
        const index = Number(new Bound(name, args, ['index']).integer('index', -1n));
        const at = index < 0 ? index + list.length : index;
        const [item] = at < 0 ? [] : list.splice(at, 1);
        if (item === undefined) {
          throw new TemplateError(list.length === 0 ? 'pop from empty list' : 'pop index out of range');
        }
        return item;
      };
    case 'clear':
      return nothing(() => (list.length = 0));
    case 'copy':
      return () => [...list];
    case 'reverse':
      return nothing(() => list.reverse());
    case 'sort':
      return nothing((args, work) => {
        const isReversed = new Bound(name, args, ['reverse']).value('reverse') === true;
        list.splice(0, list.length, ...sorted(list, (item) => item, isReversed, work));
      });
    default:
      return undefined;
  }
}

function dictMethod(dict: Dict, name: string): Method | undefined {
  switch (name) {
    case 'items':
      return () => new DictView('dict_items', () => dict.entries().map((entry) => new Tuple(entry)));
    case 'keys':
      return () => new DictView('dict_keys', () => dict.keys());
    case 'values':
      return () => new DictView('dict_values', () => dict.values());
    case 'get':
      return (args) => {
        const bound = new Bound(name, args, ['key', 'default']);
        return dict.get(bound.required('key')) ?? bound.value('default') ?? null;
      };
    case 'pop':
      return (args) => {
        const bound = new Bound(name, args, ['key', 'default']);
        const found = dict.get(bound.required('key'));
        dict.delete(bound.required('key'));
        return found ?? bound.value('default') ?? missingKey(bound.required('key'));
      };
    case 'setdefault':
      return (args) => {
        const bound = new Bound(name, args, ['key', 'default']);
        const key = bound.required('key');
        if (!dict.has(key)) dict.set(key, bound.value('default') ?? null);
        return dict.get(key) ?? null;
      };
    case 'update':
      return nothing((args, work) => {
        for (const given of args.positional)
          for (const [key, item] of pairsOf(given, work)) dict.set(key, item);
        for (const [key, item] of args.named) dict.set(key, item);
      });
    case 'clear':
      return nothing(() => {
        dict.clear();
      });
    case 'copy':
      return () => Dict.of(dict.entries());
    case 'popitem':
    case 'fromkeys':
      return () => {
        throw new TemplateError(`'dict.${name}' is not supported in prompt messages`);
      };
    default:
      return undefined;
  }
}

/** The pairs of a dict, or of a sequence of pairs. */
export function pairsOf(value: Value, work: Work): readonly (readonly [Value, Value])[] {
  if (value instanceof Dict) return value.entries();
  return itemsOf(value, work).map((pair, at) => {
    if (iteratorOrNull(pair) === null) {
      throw new TemplateError(`cannot convert dictionary update sequence element #${at} to a sequence`);
    }
    const parts = itemsOf(pair, work);
    const [key, item] = parts;
    if (key !== undefined && item !== undefined && parts.length === 2) return [key, item] as const;
    throw new TemplateError(
      `dictionary update sequence element #${at} has length ${parts.length}; 2 is required`,
    );
  });
}

function nothing(act: (args: CallArguments, work: Work) => unknown): Method {
  return (args, work) => {
    act(args, work);
    return null;
  };
}

function missingKey(key: Value): never {
  throw new TemplateError(toRepr(key));
}
