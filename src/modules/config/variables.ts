const on = new Set(['true', '1', 'yes']);
const off = new Set(['false', '0', 'no']);

/** The environment variables of one load of the configuration. */
export class Variables {
  readonly #values: Readonly<Record<string, string | undefined>>;

  constructor(values: Readonly<Record<string, string | undefined>>) {
    this.#values = values;
  }

  /** The value as it is, for `${NAME}`: set but empty is a value. */
  value(name: string): string | undefined {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  /** The value of a setting, for which empty means unset. */
  setting(name: string): string | undefined {
    const value = this.value(name);
    return value === '' ? undefined : value;
  }

  /** `true/1/yes` and `false/0/no` in any case; undefined for unset and for other words. */
  flag(name: string): boolean | undefined {
    const word = this.value(name)?.trim().toLowerCase() ?? '';
    if (on.has(word)) return true;
    return off.has(word) ? false : undefined;
  }
}
