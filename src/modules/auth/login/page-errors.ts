import type { PageError } from '../pages/error-page.js';

export const gone: PageError = {
  status: 400,
  error: 'invalid_request',
  title: 'This sign-in cannot go on',
  text: 'It has expired, was completed, or was begun in another browser. Go back to your application and start again.',
};

export const incomplete: PageError = {
  status: 400,
  error: 'invalid_request',
  title: 'This address is not complete',
  text: 'The identity provider sent you back without an answer. Go back to your application and start again.',
};

export const unreadable: PageError = {
  status: 400,
  error: 'invalid_request',
  title: 'This form cannot be read',
  text: 'Go back to your application and start again.',
};

export const foreign: PageError = {
  status: 403,
  error: 'access_denied',
  title: 'This form came from elsewhere',
  text: 'Nothing was approved. Go back to your application and start again.',
};

export const tooLarge: PageError = { ...unreadable, status: 413 };

export const notAForm: PageError = { ...unreadable, status: 415 };

export const wrongMethod: PageError = {
  status: 405,
  error: 'invalid_request',
  title: 'This cannot be done here',
  text: 'Go back to your application and start again.',
};

export const tooMany: PageError = {
  status: 429,
  error: 'temporarily_unavailable',
  title: 'Too many sign-ins',
  text: 'Try again in a minute.',
};

export const unavailable: PageError = {
  status: 503,
  error: 'temporarily_unavailable',
  title: 'Signing in is not possible now',
  text: 'Try again in a moment.',
};
