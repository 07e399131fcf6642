import type { Classifier, PayloadView, Signal } from './classifier.ts';

/** Entities and includes that make an XML parser read files or fetch addresses. */
export const xxeInjection: Classifier = {
  triggers: [
    '<!attlist',
    '<!element',
    '<!notation',
    'exsl:',
    'msxsl:',
    'xalan',
    '<?xml-stylesheet',
    '<!entity',
    '<!doctype',
    'xi:include',
    'xinclude',
    'system "',
    "system '",
    'document(',
    'xsl:',
    '<![cdata[',
    'xmlns:xi',
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
    return split < 0 ? undefined : make('cdata_evasion', 50, 80, split, 'markup is hidden in CDATA sections');
  },
};
