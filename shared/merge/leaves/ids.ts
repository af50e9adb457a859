/** Of leaves that others than their own file ask about. */
export const UP_TO_DATE = 'up-to-date';
