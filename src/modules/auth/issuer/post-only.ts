import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Refuses every other method at an endpoint that takes POST, before a body is read. */
export function postOnly(scope: FastifyInstance, url: string): void {
  const refuse = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply
      .code(405)
      .header('allow', 'POST')
      .send({ error: 'invalid_request', error_description: 'Only POST can be used here' });
  scope.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url,
    onRequest: (request, reply) => void refuse(request, reply),
    handler: refuse,
  });
}
