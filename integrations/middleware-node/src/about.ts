import type { CheckRequest } from '@aegis/model';

/** What the application knows of a request besides its address and user agent. */
export interface MiddlewareOptions<Request> {
  readonly about?: (request: Request) => Omit<CheckRequest, 'address'>;
}
