/** Seconds after which a client that got a 503 may try again. */
export const RETRY_AFTER_S = 5;
