import type { ScalarTag, Tags } from 'yaml';
import { exactInteger } from '../domain/json.js';
import { yamlDate, YamlDate } from './yaml-date.js';

/** A tag that YAML 1.1 resolves from plain text. */
function scalar(tag: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag {
  return { tag, default: true, test, resolve };
}

const digits = (text: string): string => text.replaceAll('_', '');

function integer(text: string, radix: 2 | 8 | 10 | 16): number | bigint {
  const negative = text.startsWith('-');
  const body = digits(text.replace(/^[-+]/, ''))
    .replace(/^0[bx]/i, '')
    .replace(/^0+(?=.)/, '');
  const prefix = { 2: '0b', 8: '0o', 10: '', 16: '0x' }[radix];
  const value = BigInt(prefix + body);
  return exactInteger(negative ? -value : value);
}

function sexagesimal(text: string): number {
  const negative = text.startsWith('-');
  const total = digits(text.replace(/^[-+]/, ''))
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
  return negative ? -total : total;
}

function float(text: string): number {
  if (/nan$/i.test(text)) return NaN;
  if (/inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(digits(text));
}

/**
 * The scalars of YAML 1.1 exactly as PyYAML's safe loader resolves them (endpoints.md §1.2): `yes` and `on`
 * are booleans but `y` is not, `012` is octal, `1:30` is 90, `1e3` is text, dates are dates.
 */
export function yaml11Tags(inherited: Tags): Tags {
  const kept = inherited.filter((tag) => typeof tag === 'string' || !('test' in tag));
  return [
    ...kept,
    { ...scalar('tag:yaml.org,2002:null', /^(?:~|[Nn]ull|NULL)?$/, () => null) },
    scalar(
      'tag:yaml.org,2002:bool',
      /^(?:[Yy]es|YES|[Nn]o|NO|[Tt]rue|TRUE|[Ff]alse|FALSE|[Oo]n|ON|[Oo]ff|OFF)$/,
      (text) => /^(?:yes|true|on)$/i.test(text),
    ),
    scalar('tag:yaml.org,2002:int', /^[-+]?0b[0-1_]+$/, (text) => integer(text, 2)),
    scalar('tag:yaml.org,2002:int', /^[-+]?0[0-7_]+$/, (text) => integer(text, 8)),
    scalar('tag:yaml.org,2002:int', /^[-+]?(?:0|[1-9][0-9_]*)$/, (text) => integer(text, 10)),
    scalar('tag:yaml.org,2002:int', /^[-+]?0x[0-9a-fA-F_]+$/, (text) => integer(text, 16)),
    scalar('tag:yaml.org,2002:int', /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/, sexagesimal),
    scalar('tag:yaml.org,2002:float', /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/, sexagesimal),
    scalar(
      'tag:yaml.org,2002:float',
      /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
      float,
    ),
    {
      ...scalar(
        'tag:yaml.org,2002:timestamp',
        /^\d{4}-\d\d-\d\d$|^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/,
        (text) => yamlDate(text) ?? text,
      ),
      identify: (value) => value instanceof YamlDate,
    },
  ];
}
