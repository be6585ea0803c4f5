"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Select } from "@/components/ui/select";
import { ImportPrivateCa } from "./import-private-ca";
import { NewPrivateCa } from "./new-private-ca";
import { useIssuerForm } from "./use-issuer-form";

const WAYS = [
  { value: "new", label: "Make a new one here" },
  { value: "import", label: "Import one with its key" },
];

/** The button that adds a private CA, and its dialog. */
export function AddPrivateCa() {
  const form = useIssuerForm();
  const [way, setWay] = useState("new");
  const choose = (chosen: string) => {
    setWay(chosen);
    form.clear();
  };
  return (
    <>
      <Button variant="primary" onClick={form.show}>
        Add private CA
      </Button>
      <Dialog
        open={form.isOpen}
        onClose={form.close}
        pending={form.pending}
        title="Add private CA"
        description="Certsweep signs with it, and publishes what it revoked. Its keys are kept encrypted and are never shown."
      >
        <div className="mt-4">
          <Select label="CA" value={way} onChange={({ target }) => choose(target.value)} options={WAYS} />
        </div>
        {way === "new" ? <NewPrivateCa form={form} /> : <ImportPrivateCa form={form} />}
      </Dialog>
    </>
  );
}
