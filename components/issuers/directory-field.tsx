import { Button } from "@/components/ui/button";
import { TextInput } from "@/components/ui/text-input";
import { KNOWN_DIRECTORIES } from "./known-directories";

type DirectoryFieldProps = { value: string; onChange: (value: string) => void; error: string | undefined };

/** The address of an ACME directory, with some that many people use. */
export function DirectoryField({ value, onChange, error }: DirectoryFieldProps) {
  return (
    <div className="grid gap-1">
      <TextInput
        label="Directory URL"
        name="directoryUrl"
        required
        autoComplete="off"
        spellCheck={false}
        inputMode="url"
        value={value}
        onChange={({ target }) => onChange(target.value)}
        error={error}
        hint="Of any ACME server. One of these, or the one of your own CA:"
      />
      <fieldset className="-ml-2 flex min-w-0 flex-wrap">
        <legend className="sr-only">Known directories</legend>
        {KNOWN_DIRECTORIES.map(({ label, url }) => (
          <Button key={url} variant="quiet" aria-pressed={value.trim() === url} onClick={() => onChange(url)}>
            {label}
          </Button>
        ))}
      </fieldset>
    </div>
  );
}
