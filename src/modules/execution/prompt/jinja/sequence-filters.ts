import { Bound, integerOf } from './arguments.js';
import { attributeReader, ignoringCase, multiAttributeReader } from './attribute-path.js';
import type { Calls, Filter } from './calls.js';
import { calculate, isEqual, isTrue, iterator, itemsOf, length, order } from './operators.js';
import { sorted } from './sorting.js';
import { TemplateError } from './template-errors.js';
import { charactersOf, toText } from './text.js';
import {
  Dict,
  Generator,
  Group,
  hashOf,
  Markup,
  textOf,
  Tuple,
  typeName,
  Undefined,
  type CallArguments,
  type Value,
} from './values.js';

function flag(bound: Bound, name: string): boolean {
  const value = bound.value(name);
  return value !== undefined && isTrue(value);
}

function lazily(make: () => Iterator<Value>): Generator {
  return new Generator(
    (function* () {
      const walker = make();
      for (let next = walker.next(); next.done !== true; next = walker.next()) yield next.value;
    })(),
  );
}

function withoutFirst(args: CallArguments, count: number): CallArguments {
  return { positional: args.positional.slice(count), named: args.named };
}

const map: Filter = (value, args, calls) =>
  lazily(function* () {
    if (!isTrue(value)) return;
    const apply = mapper(args, calls);
    for (const item of itemsOf(value, calls.work)) yield apply(item);
  });

function mapper(args: CallArguments, calls: Calls): (item: Value) => Value {
  const [name] = args.positional;
  if (name === undefined && args.named.has('attribute')) {
    const bound = new Bound('map', args, ['attribute', 'default']);
    return attributeReader(bound.value('attribute'), calls.work, bound.value('default'));
  }
  if (name === undefined) throw new TemplateError('map requires a filter argument');
  const rest = withoutFirst(args, 1);
  return (item) => calls.filter(toText(name), item, rest);
}

function selecting(keeps: boolean, byAttribute: boolean): Filter {
  return (value, args, calls) =>
    lazily(function* () {
      if (!isTrue(value)) return;
      const judge = judgeOf(args, calls, byAttribute);
      for (const item of itemsOf(value, calls.work)) if (judge(item) === keeps) yield item;
    });
}

function judgeOf(args: CallArguments, calls: Calls, byAttribute: boolean): (item: Value) => boolean {
  const [attribute] = args.positional;
  if (byAttribute && attribute === undefined) throw new TemplateError('Missing parameter for attribute name');
  const read = byAttribute ? attributeReader(attribute, calls.work) : (item: Value): Value => item;
  const offset = byAttribute ? 1 : 0;
  const name = args.positional[offset];
  if (name === undefined) return (item) => isTrue(read(item));
  const rest = withoutFirst(args, offset + 1);
  return (item) => calls.test(toText(name), read(item), rest);
}

const sort: Filter = (value, args, { work }) => {
  const bound = new Bound('do_sort', args, ['reverse', 'case_sensitive', 'attribute']);
  const read = multiAttributeReader(bound.value('attribute'), work);
  const keepsCase = flag(bound, 'case_sensitive');
  const key = (item: Value): Value => (keepsCase ? read(item) : read(item).map(ignoringCase));
  return sorted(itemsOf(value, work), key, flag(bound, 'reverse'), work);
};

const dictsort: Filter = (value, args, { work }) => {
  const bound = new Bound('do_dictsort', args, ['case_sensitive', 'by', 'reverse']);
  const by = bound.text('by', 'key');
  if (by !== 'key' && by !== 'value') {
    throw new TemplateError('You can only sort by either "key" or "value"');
  }
  if (!(value instanceof Dict)) return missingItems(value);
  const keepsCase = flag(bound, 'case_sensitive');
  const pairs = value.entries().map((entry) => new Tuple(entry));
  const key = (pair: Value): Value => {
    const part = pair instanceof Tuple ? (pair.items[by === 'key' ? 0 : 1] ?? null) : null;
    return keepsCase ? part : ignoringCase(part);
  };
  return sorted(pairs, key, flag(bound, 'reverse'), work);
};

function missingItems(value: Value): never {
  if (value instanceof Undefined) value.fail();
  throw new TemplateError(`'${typeName(value)}' object has no attribute 'items'`);
}

const groupby: Filter = (value, args, { work }) => {
  const bound = new Bound('do_groupby', args, ['attribute', 'default', 'case_sensitive']);
  const read = attributeReader(bound.required('attribute'), work, bound.value('default'));
  const keepsCase = flag(bound, 'case_sensitive');
  const key = (item: Value): Value => (keepsCase ? read(item) : ignoringCase(read(item)));
  const groups: { key: Value; items: Value[] }[] = [];
  for (const item of sorted(itemsOf(value, work), key, false, work)) {
    const last = groups.at(-1);
    if (last !== undefined && isEqual(last.key, key(item))) last.items.push(item);
    else groups.push({ key: key(item), items: [item] });
  }
  return groups.map((group) => new Group(keepsCase ? group.key : read(group.items[0] ?? null), group.items));
};

const unique: Filter = (value, args, { work }) => {
  const bound = new Bound('do_unique', args, ['case_sensitive', 'attribute']);
  const read = attributeReader(bound.value('attribute'), work);
  const keepsCase = flag(bound, 'case_sensitive');
  return lazily(function* () {
    const seen = new Set<string>();
    for (const item of itemsOf(value, work)) {
      const hash = hashOf(keepsCase ? read(item) : ignoringCase(read(item)));
      if (seen.has(hash)) continue;
      seen.add(hash);
      yield item;
    }
  });
};

function extreme(isBetter: (order: number) => boolean): Filter {
  return (value, args, { work }) => {
    const bound = new Bound('do_min', args, ['case_sensitive', 'attribute']);
    const read = attributeReader(bound.value('attribute'), work);
    const keepsCase = flag(bound, 'case_sensitive');
    const key = (item: Value): Value => (keepsCase ? read(item) : ignoringCase(read(item)));
    const [first, ...rest] = itemsOf(value, work);
    if (first === undefined) return new Undefined('No aggregated item, sequence was empty.');
    return rest.reduce((best, item) => (isBetter(order(key(item), key(best))) ? item : best), first);
  };
}

const sum: Filter = (value, args, { work }) => {
  const bound = new Bound('do_sum', args, ['attribute', 'start']);
  const read = attributeReader(bound.value('attribute'), work);
  const start = bound.value('start') ?? 0n;
  if (textOf(start) !== null) throw new TemplateError("sum() can't sum strings [use ''.join(seq) instead]");
  return itemsOf(value, work).reduce<Value>((total, item) => calculate('+', total, read(item), work), start);
};

const join: Filter = (value, args, { work }) => {
  const bound = new Bound('do_join', args, ['d', 'attribute']);
  const read = attributeReader(bound.value('attribute'), work);
  const separator = toText(bound.value('d') ?? '');
  const texts = itemsOf(value, work).map((item) => toText(read(item)));
  work.room(texts.reduce((total, text) => total + text.length + separator.length, 0));
  return texts.join(separator);
};

const first: Filter = (value) => {
  const next = iterator(value).next();
  return next.done === true ? new Undefined('No first item, sequence was empty.') : next.value;
};

const last: Filter = (value, _args, { work }) => {
  if (value instanceof Generator) throw new TemplateError("'generator' object is not reversible");
  return itemsOf(value, work).at(-1) ?? new Undefined('No last item, sequence was empty.');
};

const reverse: Filter = (value, _args, { work }) => {
  const text = textOf(value);
  if (text === null) return lazily(() => itemsOf(value, work).reverse().values());
  const reversed = [...charactersOf(text)].reverse().join('');
  return value instanceof Markup ? new Markup(reversed) : reversed;
};

const random: Filter = (value, _args, { work }) => {
  const items = itemsOf(value, work);
  return (
    items[Math.floor(Math.random() * items.length)] ?? new Undefined('No random item, sequence was empty.')
  );
};

const batch: Filter = (value, args, { work }) => {
  const bound = new Bound('do_batch', args, ['linecount', 'fill_with']);
  const size = integerOf(bound.required('linecount'));
  const fill = bound.value('fill_with') ?? null;
  work.room(size);
  return lazily(function* () {
    let line: Value[] = [];
    for (const item of itemsOf(value, work)) {
      if (BigInt(line.length) === size) {
        yield line;
        line = [];
      }
      line.push(item);
    }
    if (line.length === 0) return;
    if (fill !== null) while (BigInt(line.length) < size) line.push(fill);
    yield line;
  });
};

const slice: Filter = (value, args, { work }) => {
  const bound = new Bound('do_slice', args, ['slices', 'fill_with']);
  const slices = integerOf(bound.required('slices'));
  const fill = bound.value('fill_with') ?? null;
  work.room(slices);
  return lazily(function* () {
    const items = itemsOf(value, work);
    if (slices === 0n) throw new TemplateError('integer division or modulo by zero');
    const [count, size] = [Number(slices), Math.floor(items.length / Number(slices))];
    const extra = items.length - size * count;
    let start = 0;
    for (let at = 0; at < count; at += 1) {
      const end = start + size + (at < extra ? 1 : 0);
      const part = items.slice(start, end);
      yield fill !== null && at >= extra ? [...part, fill] : part;
      start = end;
    }
  });
};

const items: Filter = (value) => {
  if (value instanceof Undefined) return lazily(() => [].values());
  if (!(value instanceof Dict)) throw new TemplateError('Can only get item pairs from a mapping.');
  return lazily(() =>
    value
      .entries()
      .map((entry) => new Tuple(entry))
      .values(),
  );
};

/** Jinja2's filters of sequences and dicts. */
export const sequenceFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['batch', batch],
  ['count', (value) => length(value)],
  ['dictsort', dictsort],
  ['first', first],
  ['groupby', groupby],
  ['items', items],
  ['join', join],
  ['last', last],
  ['length', (value) => length(value)],
  ['list', (value, _args, { work }) => itemsOf(value, work)],
  ['map', map],
  ['max', extreme((found) => found > 0)],
  ['min', extreme((found) => found < 0)],
  ['random', random],
  ['reject', selecting(false, false)],
  ['rejectattr', selecting(false, true)],
  ['reverse', reverse],
  ['select', selecting(true, false)],
  ['selectattr', selecting(true, true)],
  ['slice', slice],
  ['sort', sort],
  ['sum', sum],
  ['unique', unique],
]);
