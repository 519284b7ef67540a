import { image, resource, text } from 'mxcp-server/runtime';

/** One red pixel. */
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

export function test_image_content() {
  return image(pixel, 'image/png');
}

export function test_multiple_content_types() {
  return [
    text('Multiple content types test:'),
    image(pixel, 'image/png'),
    resource({
      uri: 'test://mixed-content-resource',
      mimeType: 'application/json',
      text: '{"test":"data","value":123}',
    }),
  ];
}
