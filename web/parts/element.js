/** Builds elements and text nodes, never markup from strings. */

/** @typedef {Node | string | null | undefined | false} Leaf  null, undefined and false are nothing */
/** @typedef {Leaf | (Leaf | Leaf[])[]} Child  the children of an element: nodes and texts, and lists of them */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>} Attributes */

const SVG = 'http://www.w3.org/2000/svg'

/** Creates an HTML element; a function as an attribute is a listener of the event with that name.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]} */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children)
}

/** Creates an SVG element.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[T]} */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children)
}

/** Replaces the children of a node.
 * @param {Element} parent
 * @param {...Child} children */
export function fill(parent, ...children) {
  parent.replaceChildren(...shown(children))
}

/** @template {Element} E @param {E} made @param {Attributes} attributes @param {Child[]} children @returns {E} */
function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value)
    else if (value === true) made.setAttribute(name, '')
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value))
  }
  made.append(...shown(children))
  return made
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function shown(children) {
  return /** @type {(Node | string)[]} */ (children.flat(Infinity).filter(Boolean))
}
