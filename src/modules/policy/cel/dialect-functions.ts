import {
  celFunc,
  celList,
  celMethod,
  CelScalar,
  isCelList,
  isCelMap,
  listType,
  mapType,
  type CelEnv,
  type CelFunc,
  type CelList,
  type CelValue,
} from '@bufbuild/cel';
import { conversions } from './dialect-conversions.js';
import { doubleComparisons, mixedArithmetic, truthComparisons } from './dialect-numbers.js';
import { elementAt } from './element-at.js';
import type { EvaluationBudget } from './evaluation-budget.js';
import { RuleEvaluationError } from './rule-evaluation-error.js';
import { isTrue } from './truth.js';

const { BOOL, DOUBLE, DYN, INT, NULL, STRING, UINT } = CelScalar;
const LIST = listType(DYN);
const MAP = mapType(DYN, DYN);

/** Characters of text that count as one step. */
const TEXT_PER_STEP = 64;

/**
 * What our dialect adds to the official functions, and the official ones that it bounds or corrects
 * (policies.md §10). Names that begin with `@` are written by `toDialect` only.
 * @param official the environment whose functions do the ordinary work
 */
export function dialectFunctions(official: CelEnv, budget: EvaluationBudget): CelFunc[] {
  const equal = (left: CelValue, right: CelValue): boolean => equals(official, budget, left, right);
  const inList = (value: CelValue, list: CelList): boolean => {
    budget.spend(list.size);
    return isTrue(officially(official, '@in', [value, list]));
  };
  const matches = (text: string, pattern: string): boolean => {
    budget.spend(Math.ceil(text.length / TEXT_PER_STEP));
    return isTrue(officially(official, 'matches', [pattern], text));
  };
  return [
    ...conversions,
    ...mixedArithmetic,
    ...truthComparisons,
    ...doubleComparisons,
    ...macroFunctions(budget),
    celFunc('@truth', [DYN], BOOL, isTrue),
    celFunc('@present', [DYN], BOOL, () => true),
    celFunc('@index', [DYN, DYN], DYN, elementAt),
    celFunc('_==_', [DYN, DYN], BOOL, equal),
    celFunc('_!=_', [DYN, DYN], BOOL, (left, right) => !equal(left, right)),
    celFunc('@in', [DYN, LIST], BOOL, inList),
    // the library takes a key whose value is null for absent, here and in `in`
    celFunc('@has', [MAP, STRING], BOOL, (map, key) => map.get(key) !== undefined),
    ...[STRING, DOUBLE, INT, BOOL, UINT].map((key) =>
      celFunc('@in', [key, MAP], BOOL, (name, map) => map.get(name) !== undefined),
    ),
    celFunc('size', [NULL], INT, () => 0n),
    celMethod('contains', LIST, [DYN], BOOL, function (value) {
      return inList(value, this);
    }),
    celMethod('contains', MAP, [STRING], BOOL, function (key) {
      return this.get(key) !== undefined;
    }),
    celFunc('matches', [STRING, STRING], BOOL, matches),
    celMethod('matches', STRING, [STRING], BOOL, function (pattern) {
      return matches(this, pattern);
    }),
    celMethod('replace', STRING, [STRING, STRING], STRING, function (from, to) {
      return this.replaceAll(from, () => to);
    }),
    celMethod('replace', STRING, [STRING, STRING, INT], STRING, function (from, to, limit) {
      let left = limit;
      return this.replaceAll(from, (found) => (left-- === 0n ? ((left = 0n), found) : to));
    }),
  ];
}

/** `@tick` counts a turn of a macro; `@append` lets `map` and `filter` grow one list instead of copying it. */
function macroFunctions(budget: EvaluationBudget): CelFunc[] {
  const growing = new WeakMap<CelList, CelValue[]>();
  return [
    celFunc('@tick', [], BOOL, () => {
      budget.spend(1);
      return true;
    }),
    celFunc('@append', [LIST, DYN], LIST, (list, element) => {
      const elements = growing.get(list);
      if (elements !== undefined) {
        elements.push(element);
        return list;
      }
      const started = [...list, element];
      const grown = celList(started);
      growing.set(grown, started);
      return grown;
    }),
  ];
}

function equals(official: CelEnv, budget: EvaluationBudget, left: CelValue, right: CelValue): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' && typeof left === typeof right) return false;
  if (isCelList(left) || isCelMap(left)) budget.spend(left.size);
  return isTrue(officially(official, '_==_', [left, right]));
}

function officially(official: CelEnv, name: string, args: CelValue[], target?: CelValue): CelValue {
  const answer = official.funcs.find(name)?.call(0, target, args);
  if (answer === undefined) throw new RuleEvaluationError(`no matching overload for '${name}'`);
  // an error the library answered with: an unreadable pattern
  if (answer instanceof Error) throw answer;
  return answer;
}
