import type { UrlObject } from "node:url";
import type { Route } from "next";

/** Where a link of this design system may point: a checked route, or `{ pathname, query }` for one put together. */
export type Href = Route | UrlObject;
