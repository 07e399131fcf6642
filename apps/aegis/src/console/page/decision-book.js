/**
 * @typedef {import('../../http/documents/decision-document.ts').DecisionDocument} Decision
 * @typedef {import('../../http/documents/decision-document.ts').StandingDocument} Standing
 * @typedef {ReturnType<typeof createDecisionBook>} DecisionBook
 */

/** The API's largest page. */
const PAGE = 500;
/** What is held at most. */
const CAPACITY = 4 * PAGE;

/**
 * The newest decisions in force, read once and kept up by the stream of changes.
 *
 * @param {import('./api.js').Api} api
 */
export function createDecisionBook(api) {
  /** @type {Map<string, Decision>} */
  let byId = new Map();
  let isRead = false;
  let isWhole = true;

  return {
    async load() {
      /** @type {Decision[]} */
      const read = [];
      /** @type {string | undefined} */
      let cursor;
      do {
        const page = await api.get('v1/decisions', { limit: PAGE, cursor });
        read.push(...page.decisions.map((/** @type {Standing} */ { decision }) => decision));
        cursor = page.next;
      } while (cursor !== undefined && read.length < CAPACITY);
      byId = new Map(read.map((decision) => [decision.id, decision]));
      isWhole = cursor === undefined;
      isRead = true;
    },
    /**
     * Takes a change in; one that is already known makes no difference.
     *
     * @param {string} kind
     * @param {Decision} decision
     */
    change(kind, decision) {
      if (kind === 'lifted') byId.delete(decision.id);
      else if (kind === 'made' || kind === 'extended') byId.set(decision.id, decision);
      if (byId.size <= CAPACITY * 2) return;
      byId = new Map(newest(byId.values()).map((each) => [each.id, each]));
      isWhole = false;
    },
    /**
     * @returns {{ readonly decisions: readonly Decision[], readonly isWhole: boolean } | undefined} newest first;
     * not whole: there are older ones. Nothing while the list was never read
     */
    inForce() {
      if (!isRead) return undefined;
      const now = Date.now();
      const holding = [...byId.values()].filter(({ expires }) => Date.parse(expires) > now);
      return { decisions: newest(holding), isWhole: isWhole && holding.length <= CAPACITY };
    },
  };
}

/**
 * @param {Iterable<Decision>} decisions
 * @returns {readonly Decision[]}
 */
function newest(decisions) {
  return [...decisions]
    .sort((a, b) => b.created.localeCompare(a.created) || b.id.localeCompare(a.id))
    .slice(0, CAPACITY);
}
