import type { EndpointProblem } from '../../../common/domain/endpoint.js';
import { UriTemplate } from '../uri-template.js';
import type { Definition } from './definition.js';
import { checkHeaders } from './header-checks.js';

/**
 * What can be said about a definition without its code and without a database (endpoints.md §1.8). What is
 * wrong with the types of its parameters, their compilation finds.
 */
export function checkDefinition(definition: Definition): readonly EndpointProblem[] {
  return [
    ...checkIdentity(definition),
    ...checkMessages(definition),
    ...checkUri(definition),
    ...checkMimeType(definition),
    ...checkHeaders(definition),
    ...checkCacheKey(definition),
  ];
}

/** Names that MCP clients cannot be expected to take still work, with a warning. */
const portableName = /^[A-Za-z0-9._-]{1,128}$/;

function checkIdentity(definition: Definition): EndpointProblem[] {
  const key = definition.kind === 'resource' ? 'uri' : 'name';
  if (definition.id === '') {
    return [definition.finding([key], 'No valid endpoint type (tool/resource/prompt) found')];
  }
  if (key === 'uri' || portableName.test(definition.id)) return [];
  return [
    definition.problem(
      [key],
      `Name '${definition.id}' does not match ${portableName.source.slice(1, -1)}; some clients refuse it`,
      'warning',
    ),
  ];
}

/** What a message may be shown as; the others show the resource that their text names. */
const messageTypes: readonly string[] = ['text', 'resource', 'image', 'audio'];

function checkMessages(definition: Definition): EndpointProblem[] {
  const { body } = definition;
  if (body.kind !== 'prompt') return [];
  if (body.messages.length === 0) {
    return [definition.finding(['messages'], 'No messages found in prompt definition')];
  }
  return body.messages.flatMap(({ type }, index) =>
    type == null || messageTypes.includes(type)
      ? []
      : [
          definition.problem(
            ['messages', index, 'type'],
            `A message of type '${type}' is shown as text; other types are ${messageTypes.slice(1).join(', ')}`,
            'warning',
          ),
        ],
  );
}

function checkUri(definition: Definition): EndpointProblem[] {
  const { body } = definition;
  if (body.kind !== 'resource' || body.uri === '') return [];
  const template = new UriTemplate(body.uri);
  const declared = new Set((body.parameters ?? []).map((parameter) => parameter.name));
  const inUri = new Set(template.names);
  const unused = [...declared.difference(inUri)].sort();
  const problems: EndpointProblem[] = [];
  if (unused.length > 0) {
    const names = unused.map((name) => `'${name}'`).join(', ');
    problems.push(
      definition.finding(
        ['uri'],
        `Resource parameter(s) [${names}] are not used in uri '${body.uri}'. Put them in the uri or make a 'tool:' instead.`,
      ),
    );
  }
  if (inUri.difference(declared).size > 0) {
    problems.push(
      definition.finding(
        ['uri'],
        `Mismatch between URI parameters ${setText(inUri)} and function parameters ${setText(declared)}`,
      ),
    );
  }
  if (template.problem !== null) problems.push(definition.finding(['uri'], template.problem));
  if (!absoluteUri.test(body.uri)) {
    const message = `'${body.uri}' is not an absolute URI such as 'data://items'; some clients refuse it`;
    problems.push(definition.problem(['uri'], message, 'warning'));
  }
  return problems;
}

/** RFC 3986 §3.1. */
const absoluteUri = /^[a-z][a-z\d+.-]*:/i;

/** `type/subtype` and parameters, RFC 9110 §8.3.1. */
const mimeType =
  /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:\s*;\s*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"[^"]*"))*$/;

/** What is no MIME type is still served as it stands; a client may refuse it (endpoints.md §4.4). */
function checkMimeType(definition: Definition): EndpointProblem[] {
  const { body } = definition;
  if (body.kind !== 'resource' || body.mime_type == null || mimeType.test(body.mime_type)) return [];
  const message = `'${body.mime_type}' is not a MIME type such as 'application/json'; some clients refuse it`;
  return [definition.problem(['mime_type'], message, 'warning')];
}

/** A set of names in the notation of the texts that existing tools match on. */
function setText(names: ReadonlySet<string>): string {
  if (names.size === 0) return 'set()';
  return `{${[...names]
    .sort()
    .map((name) => `'${name}'`)
    .join(', ')}}`;
}

/** A misspelt key would mix up the answers of different arguments. */
function checkCacheKey(definition: Definition): EndpointProblem[] {
  const declared = new Set((definition.body.parameters ?? []).map((parameter) => parameter.name));
  return (definition.body.cache?.key ?? []).flatMap((name, index) =>
    declared.has(name)
      ? []
      : [definition.problem(['cache', 'key', index], `No parameter is named '${name}'`)],
  );
}
