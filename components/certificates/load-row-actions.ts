/** What the menu of a row and its dialogs are made of; begun as soon as somebody reaches for a menu. */
export function loadRowActions() {
  return import("@/components/certificates/row-actions");
}
