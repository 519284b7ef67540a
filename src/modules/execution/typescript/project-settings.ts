import type { UserCodeConfig } from '../../../common/domain/app-config.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';

/**
 * A setting of the site file, else its default; undefined when neither has it. A whole key goes before a path of
 * nested ones.
 */
export function settingOf({ documents, siteDefaults }: UserCodeConfig, key: string): JsonValue | undefined {
  return memberAt(documents.reveal().site, key) ?? memberAt(siteDefaults, key);
}

/** The parameters of a secret; null when there is none of that name. */
export function secretOf({ secrets }: UserCodeConfig, name: string): JsonObject | null {
  const found = own(secrets.reveal(), name);
  return isJsonObject(found) ? found : null;
}

function memberAt(object: JsonObject, key: string): JsonValue | undefined {
  const whole = own(object, key);
  if (whole !== undefined) return whole;
  const dot = key.indexOf('.');
  if (dot === -1) return undefined;
  const inner = own(object, key.slice(0, dot));
  return isJsonObject(inner) ? memberAt(inner, key.slice(dot + 1)) : undefined;
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
