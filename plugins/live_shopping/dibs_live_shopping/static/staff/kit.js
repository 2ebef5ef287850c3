/** What these pages take from the pages of Dibs, in one place. */
export { html, render, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "/static/current/console/html.js";
export { _, formatNumber, language, ngettext } from "/static/current/lib/i18n.js";
export { api } from "/static/current/lib/api.js";
export { toast } from "/static/current/lib/toast.js";
export { Follower } from "/static/current/lib/follower.js";
export { Modal } from "/static/current/console/dialogs.js";
export { useTick } from "/static/current/console/live.js";
export { useSettled } from "/static/current/console/wanted.js";
export { Fault, Icon, Segments } from "/static/current/console/views.js";
export { duration, money, timeOf } from "/static/current/console/format.js";
