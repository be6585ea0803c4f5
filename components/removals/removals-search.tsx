import { Button } from "@/components/ui/button";
import { SearchField } from "@/components/ui/search-field";

/** Searches the removals: a plain form, so that the address holds the search. */
export function RemovalsSearch({ typed }: { typed: string }) {
  return (
    <search className="min-w-0 max-wide:w-full">
      <form action="/removals" className="flex gap-2">
        <SearchField
          key={typed}
          label="Search"
          name="q"
          defaultValue={typed}
          placeholder="Name, domain, issuer, serial, fingerprint"
          className="min-w-0 flex-1 wide:w-[306px] wide:flex-none"
        />
        <Button type="submit">Search</Button>
      </form>
    </search>
  );
}
