import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import { WatchedResources } from '../../../../src/modules/mcp/changes/watched-resources.js';

function listen(resourceSubscriptions: JsonValue): JsonValue {
  return { method: 'subscriptions/listen', params: { notifications: { resourceSubscriptions } } };
}

describe('WatchedResources', () => {
  it('knows a resource as long as one listener watches it', () => {
    const watched = new WatchedResources();
    const first = watched.listen(listen(['a://1', 'a://2', 'a://1']));
    const second = watched.listen(listen(['a://2']));

    expect(watched.uris).toEqual(['a://1', 'a://2']);
    first();
    expect(watched.uris).toEqual(['a://2']);
    second();
    expect(watched.uris).toEqual([]);
  });

  it.each<JsonValue>([
    null,
    { method: 'tools/list', params: { notifications: { resourceSubscriptions: ['a://1'] } } },
    { method: 'subscriptions/listen' },
    listen('a://1'),
    listen([1, null]),
  ])('watches nothing for %j', (message) => {
    const watched = new WatchedResources();
    watched.listen(message)();

    expect(watched.uris).toEqual([]);
  });

  it('bounds what one listener may watch', () => {
    const watched = new WatchedResources();
    watched.listen(listen(Array.from({ length: 2000 }, (_, index) => `a://${index}`)));

    expect(watched.uris).toHaveLength(1000);
  });
});
