"""Read tenants' folders and policy documents, report every fault, build policies to assess."""
