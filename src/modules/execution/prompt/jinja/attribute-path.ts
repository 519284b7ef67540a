import { itemOrAttribute } from './members.js';
import { Undefined, textOf, type Value } from './values.js';
import type { Work } from './work.js';

/** Reads what `attribute='a.b.0'` names, as filters take it; `otherwise` stands in for what is not there. */
export function attributeReader(
  attribute: Value | undefined,
  work: Work,
  otherwise?: Value,
): (item: Value) => Value {
  const parts = partsOf(attribute);
  return (item) => {
    let value = item;
    for (const part of parts) {
      value = itemOrAttribute(value, part, work);
      if (otherwise !== undefined && otherwise !== null && value instanceof Undefined) value = otherwise;
    }
    return value;
  };
}

/** The same for `attribute='a,b'`: a list of what each part names. */
export function multiAttributeReader(attribute: Value | undefined, work: Work): (item: Value) => Value[] {
  const text = attribute === undefined ? null : textOf(attribute);
  const attributes = text === null ? [attribute] : text.split(',');
  const readers = attributes.map((part) => attributeReader(part, work));
  return (item) => readers.map((read) => read(item));
}

/** Lower-case text, for comparisons that ignore case; other values as they are. */
export function ignoringCase(value: Value): Value {
  return textOf(value)?.toLowerCase() ?? value;
}

function partsOf(attribute: Value | undefined): readonly Value[] {
  if (attribute === undefined || attribute === null) return [];
  const text = textOf(attribute);
  if (text === null) return [attribute];
  return text.split('.').map((part) => (/^\d+$/u.test(part) ? BigInt(part) : part));
}
