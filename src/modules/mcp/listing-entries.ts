import type { Endpoint } from '../../common/domain/endpoint.js';
import { withRawIntegers } from '../../common/domain/json-text.js';
import type { McpResult } from './mcp-answer.js';

/** What clients read as a resource's type when its definition names none (endpoints.md §1.4). */
export const defaultMimeType = 'text/plain';

/** One entry of `tools/list` (endpoints.md §4.2); the schemas are the ones that validate. */
export function toolEntry(tool: Endpoint): McpResult {
  const title = tool.title ?? tool.annotations?.title;
  return {
    name: tool.name,
    ...(title === undefined ? {} : { title }),
    description: tool.description,
    ...icons(tool),
    inputSchema: withRawIntegers(tool.inputSchema),
    ...(tool.outputSchema === null ? {} : { outputSchema: withRawIntegers(tool.outputSchema) }),
    ...(tool.annotations === null ? {} : { annotations: tool.annotations }),
  };
}

/** One entry of `resources/list`. */
export function resourceEntry(resource: Endpoint): McpResult {
  return { uri: resource.id, ...resourceFields(resource) };
}

/** One entry of `resources/templates/list`. */
export function templateEntry(resource: Endpoint): McpResult {
  return { uriTemplate: resource.id, ...resourceFields(resource) };
}

/** One entry of `prompts/list`: required arguments first (endpoints.md §4.5). */
export function promptEntry(prompt: Endpoint): McpResult {
  const described = prompt.parameters.map((parameter) => ({
    name: parameter.name,
    ...(parameter.description === undefined ? {} : { description: parameter.description }),
    required: !('default' in parameter),
  }));
  return {
    name: prompt.name,
    ...title(prompt),
    description: prompt.description,
    ...icons(prompt),
    arguments: [
      ...described.filter((argument) => argument.required),
      ...described.filter((argument) => !argument.required),
    ],
  };
}

function resourceFields(resource: Endpoint): McpResult {
  return {
    name: resource.name,
    ...title(resource),
    description: resource.description,
    mimeType: resource.mimeType ?? defaultMimeType,
    ...icons(resource),
  };
}

function title(endpoint: Endpoint): McpResult {
  return endpoint.title === null ? {} : { title: endpoint.title };
}

function icons(endpoint: Endpoint): McpResult {
  return endpoint.icons.length === 0 ? {} : { icons: endpoint.icons };
}
