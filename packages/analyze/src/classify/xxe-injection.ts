import type { Classifier, PayloadView, Signal } from './classifier.ts';

/** An element that holds nothing but a reference. */
const ENTITY_USE = /<[a-z][\w:.-]{0,40}(?:\s[^<>]{0,80})?>\s{0,4}&([a-z_][\w.-]{1,40});\s{0,4}<\//;
/** UTF-16 is not among them: .NET declares it in every string it makes. */
const HIDING_ENCODING =
  /<\?xml[^>]{0,80}\sencoding\s{0,4}=\s{0,4}["'](?:utf-?7|utf-?16-?[bl]e|ucs-?[24]|utf-?32|cp-?\d{3}|ibm-?\d{3}|ebcdic)/;
/** Parts of a document type (XML 1.0, sections 3.2, 3.3 and 4.7). */
const DECLARATION =
  /<!(?:element\s{1,4}[\w:.-]{1,40}\s{1,4}(?:any|empty|\()|attlist\s{1,4}[\w:.-]{1,40}\s{1,4}[\w:.-]{1,40}\s|notation\s{1,4}[\w:.-]{1,40}\s{1,4}(?:system|public)\b)/;
/** `%file;` as the whole value; shorter ones are formats of `printf`. */
const PARAMETER_ENTITY = /^\s{0,4}%(?:(?![\da-f]{2}|ll[diux])[a-z_]{3}|[a-z_]{4,20});\s{0,4}$/;
/** Names that HTML gives to characters (HTML Living Standard, section 13.5), the usual ones. */
const HTML_ENTITY =
  /^(?:amp|lt|gt|quot|apos|nbsp|shy|ensp|emsp|thinsp|zwn?j|[lr]rm|[aeiounyc](?:acute|grave|circ|uml|tilde|ring|cedil|slash|caron)|aelig|oelig|szlig|eth|thorn|copy|reg|trade|hellip|[mn]dash|[lrsb][ad]?quo|euro|pound|yen|cent|curren|deg|bull|middot|times|divide|plusmn|frac\d\d|sup\d|ord[fm]|micro|para|sect|i?excl|iquest|[lrudh]arr|checkmark|check|cross|star|hearts|infin|ne|le|ge|alpha|beta|gamma|delta|pi|sigma|omega|lambda|mu)$/;

/** Entities and includes that make an XML parser read files or fetch addresses. */
export const xxeInjection: Classifier = {
  triggers: [
    'exsl:',
    'msxsl:',
    'xalan',
    '<?xml-stylesheet',
    'xi:include',
    'xinclude',
    'system "',
    "system '",
    'document(',
    'xsl:',
    'xmlns:xi',
    '>&',
    '> &',
    'encoding',
    '<!',
    '%',
  ],

  classify(view: PayloadView): Signal | undefined {
    const { lower } = view;
    const make = (
      indicator: string,
      danger: number,
      confidence: number,
      at: number,
      why: string,
    ): Signal => ({
      attackType: 'xxe_injection',
      indicators: [indicator],
      techniques: ['T1190', 'T1083'],
      danger,
      confidence,
      at,
      why,
    });
    if (!lower.includes('<'))
      return PARAMETER_ENTITY.test(lower)
        ? make('entity_use', 55, 60, 0, 'nothing but the use of a parameter entity')
        : undefined;
    const entity = lower.indexOf('<!entity');
    const external = lower.search(/\b(?:system|public)\s{1,4}["'][^"']{0,200}["']?/);
    if (entity >= 0 && external > entity)
      return make('external_entity', 85, 96, entity, 'an external entity is declared');
    if (entity >= 0) {
      const nested = /<!entity[^>]{0,80}["'][^"'>]{0,200}&\w/.test(lower.slice(entity, entity + 600));
      return make(
        nested ? 'entity_expansion' : 'entity_declaration',
        70,
        85,
        entity,
        'an entity is declared',
      );
    }
    const include = lower.search(/<xi:include|xmlns:xi\s{0,4}=|<xinclude/);
    if (include >= 0) return make('xinclude', 80, 92, include, 'an XInclude of another file');
    const doctype = lower.indexOf('<!doctype');
    if (
      doctype >= 0 &&
      external > doctype &&
      !/<!doctype\s{1,4}(?:html|svg)\b/.test(lower.slice(doctype, doctype + 40))
    )
      return make('external_dtd', 75, 85, doctype, 'an external document type');
    const subset = lower.search(
      /<!doctype[^>]{1,120}\[[^\]]{0,200}(?:<!(?:attlist|element|notation)|%\w{1,40};)/,
    );
    if (subset >= 0)
      return make('dtd_declaration', 60, 72, subset, 'a document brings its own document type');
    const sheet = lower.search(
      /<(?:exsl:document|msxsl:script)|xml\.apache\.org\/xalan\/java|<\?xml-stylesheet[^>]{1,80}href\s{0,4}=\s{0,4}["'](?:https?|ftp|file):|<xsl:result-document|<xsl:(?:value-of|copy-of|include|import)\b[^>]{0,80}(?:document\(|unparsed-text\(|href\s{0,4}=|system-property|php:function)|<xsl:stylesheet[^>]{0,200}xmlns:php/,
    );
    if (sheet >= 0) return make('xslt_injection', 80, 85, sheet, 'a style sheet that reads other files');
    const split = lower.search(/<!\[cdata\[[<>]\]\]>/);
    if (split >= 0) return make('cdata_evasion', 50, 80, split, 'markup is hidden in CDATA sections');
    const encoding = lower.search(HIDING_ENCODING);
    if (encoding >= 0)
      return make(
        'encoding_evasion',
        60,
        78,
        encoding,
        'an encoding in which no filter sees markup is declared',
      );
    const declared = lower.search(DECLARATION);
    if (declared >= 0)
      return make('dtd_declaration', 55, 62, declared, 'a declaration of a document type in a value');
    const used = ENTITY_USE.exec(lower);
    if (used === null || HTML_ENTITY.test(used[1] as string)) return undefined;
    return make(
      'entity_use',
      60,
      65,
      used.index,
      `the entity ${used[1]} is used that no document has by itself`,
    );
  },
};
