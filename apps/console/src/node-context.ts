import { createContext } from 'svelte';
import type { Api } from './api/client.ts';
import type { LiveDecisions } from './live/live-decisions.svelte.ts';

/** What every page works with. */
export interface NodeContext {
  readonly api: Api;
  readonly live: LiveDecisions;
}

const [get, set] = createContext<NodeContext>();

export { get as useNode, set as provideNode };
