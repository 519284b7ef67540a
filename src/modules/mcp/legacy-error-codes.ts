import type { JSONRPCMessage } from '@modelcontextprotocol/server';

/**
 * The SDK rewrites −32002, which clients of the legacy era know as "resource not found", to −32602. So the
 * code travels through it under a number of our own and gets its value back at the transport.
 */
const RESOURCE_NOT_FOUND = -32002;
const TRAVELLING = 32002;

/** The code to throw at the SDK for an error code. */
export function travellingCode(code: number): number {
  return code === RESOURCE_NOT_FOUND ? TRAVELLING : code;
}

/** The message as it goes out. */
export function withWireCode(message: JSONRPCMessage): JSONRPCMessage {
  if (!('error' in message) || message.error.code !== TRAVELLING) return message;
  return { ...message, error: { ...message.error, code: RESOURCE_NOT_FOUND } };
}
