"""Drawings and icons that do not stand out: WCAG 2.2, 1.4.11."""

from playwright.async_api import Page

# What other shapes lie on: the whole of a bar, and the paper of a QR code with its own black.
PAPERS = ".bar-whole, .qr-light, .qr-dark"
FAINT_SHAPES = """(papers) => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const isClear = (colour) => ['none', 'transparent'].includes(colour) || numbers(colour)[3] === 0
  const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  const luminance = (colour) => {
    const [red, green, blue] = numbers(colour).map((part) => linear(part / 255))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }
  const background = (element) => {
    const colour = getComputedStyle(element).backgroundColor
    return isClear(colour) && element.parentElement ? background(element.parentElement) : colour
  }
  const isFaint = (shape) => {
    const { fill, stroke } = getComputedStyle(shape)
    const behind = background(shape.closest('svg'))
    const colours = [fill, stroke].filter((colour) => !isClear(colour))
    return colours.length > 0 && colours.every((colour) => contrast(colour, behind) < 3)
  }
  return [...document.querySelectorAll('svg :is(path, rect, circle, line, polyline, polygon, ellipse)')]
    .filter((shape) => shape.checkVisibility() && !shape.matches(papers) && isFaint(shape))
    .map((shape) => `a faint drawing: ${shape.closest('svg').outerHTML.slice(0, 200)}`)
}"""


async def faint_drawings(page: Page) -> list[str]:
    """Return the drawings with a shape none of whose colours has a contrast of 3:1 to the background around them."""
    found: list[str] = await page.evaluate(FAINT_SHAPES, PAPERS)
    return found
