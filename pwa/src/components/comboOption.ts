/** One line of a SearchCombobox. */
export interface ComboOption {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
}
