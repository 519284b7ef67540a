import { describe, expect, it } from 'vitest';
import { MirroredTools } from '../../../src/modules/mcp/mirrored-tools.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { FixedRuntime } from '../../fakes/fixed-runtime.js';

const mirrored = { type: 'object', properties: { a: { type: 'string', 'x-mcp-header': 'A' } } };
const nested = { type: 'object', properties: { o: { type: 'object', properties: mirrored.properties } } };

describe('MirroredTools', () => {
  it('knows the tools with a mirrored argument, also inside an object', () => {
    const tools = new MirroredTools(
      new FixedRuntime({
        endpoints: [
          anEndpoint(),
          anEndpoint({ id: 'm', name: 'm', inputSchema: mirrored }),
          anEndpoint({ id: 'n', name: 'n', inputSchema: nested }),
        ],
      }),
    );

    expect(tools.schemaOf('echo')).toBeUndefined();
    expect(tools.schemaOf('m')).toBe(mirrored);
    expect(tools.schemaOf('n')).toBe(nested);
    expect(tools.schemaOf('unknown')).toBeUndefined();
  });

  it('follows a reload', () => {
    const runtimes = new FixedRuntime({ endpoints: [anEndpoint({ inputSchema: mirrored })] });
    const tools = new MirroredTools(runtimes);
    expect(tools.schemaOf('echo')).toBe(mirrored);

    runtimes.swap({ endpoints: [anEndpoint()] });

    expect(tools.schemaOf('echo')).toBeUndefined();
  });
});
