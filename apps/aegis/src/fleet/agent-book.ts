import type { AgentId, AgentState } from '@aegis/fleet';

/** The connection of an agent that keeps one open. */
export interface AgentLink {
  send(message: Uint8Array): void;
  end(): void;
}

export interface AgentEntry {
  state: AgentState;
  /** Absent for agents that ask from time to time, and those that are gone. */
  link: AgentLink | undefined;
  /** Hex hash of the config that was offered on this link. */
  offered: string;
}

/** The agents that this server has met, no more than a bound. */
export class AgentBook {
  readonly #most: number;
  readonly #entries: Map<AgentId, AgentEntry> = new Map();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: AgentId): AgentEntry | undefined {
    return this.#entries.get(id);
  }

  /** False where there is no room and nobody to let go: everyone is connected. */
  set(id: AgentId, entry: AgentEntry): boolean {
    if (!this.#entries.has(id) && this.#entries.size >= this.#most && !this.#makeRoom()) return false;
    this.#entries.set(id, entry);
    return true;
  }

  entries(): Iterable<AgentEntry> {
    return this.#entries.values();
  }

  /** Lets go of whoever is not connected and was seen longest ago; of many at once, so that it is rarely done. */
  #makeRoom(): boolean {
    const away = [...this.#entries.values()].filter(({ link }) => link === undefined);
    away.sort((a, b) => a.state.lastSeen - b.state.lastSeen);
    const going = away.slice(0, Math.ceil(away.length / 10));
    for (const { state } of going) this.#entries.delete(state.id);
    return going.length > 0;
  }
}
