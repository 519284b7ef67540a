import { z } from 'zod';

/** A key as the reference of settings writes it: `*` for any name, `[]` for the entries of a list. */
type Place = string;

/** Deeper than any key of our files that people misplace; type nodes nest without end. */
const DEEPEST = 8;

/**
 * Where the files of this schema have the key, nearest to the root first; several when several places are as near.
 * Empty when they have no such key.
 */
export function keyPlaces(schema: z.ZodType, key: string): readonly Place[] {
  let level: readonly Level[] = [{ schema, place: '' }];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    const objects = level.flatMap(plain);
    const found = objects.filter(({ schema: { shape } }) => Object.hasOwn(shape, key));
    if (found.length > 0) return [...new Set(found.map(({ place }) => below(place, key)))];
    level = objects.flatMap(({ schema: { shape }, place }) =>
      Object.entries<unknown>(shape).flatMap(([name, child]) =>
        child instanceof z.ZodType ? [{ schema: child, place: below(place, name) }] : [],
      ),
    );
  }
  return [];
}

interface Level {
  readonly schema: z.ZodType;
  readonly place: Place;
}

interface ObjectLevel {
  readonly schema: z.ZodObject;
  readonly place: Place;
}

/** The mappings with declared keys that one schema stands for, without what wraps them. */
function plain({ schema, place }: Level): readonly ObjectLevel[] {
  if (schema instanceof z.ZodObject) return [{ schema, place }];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodLazy) {
    return inner(schema.unwrap(), place);
  }
  if (schema instanceof z.ZodArray) return inner(schema.element, `${place}[]`);
  if (schema instanceof z.ZodRecord) return inner(schema.valueType, below(place, '*'));
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => inner(option, place));
  return schema instanceof z.ZodPipe ? [...inner(schema.in, place), ...inner(schema.out, place)] : [];
}

function inner(schema: unknown, place: Place): readonly ObjectLevel[] {
  return schema instanceof z.ZodType ? plain({ schema, place }) : [];
}

function below(place: Place, name: string): Place {
  return place === '' ? name : `${place}.${name}`;
}
