# Who reads jobs for the exporter: a user that can do nothing else, or an agency that a machine of the cloud may use.
terraform {
  required_providers {
    # T Cloud Public: opentelekomcloud/opentelekomcloud, whose resources have its prefix and the suffix _v3.
    huaweicloud = {
      source = "huaweicloud/huaweicloud"
    }
  }
}

variable "project_id" {
  description = "The project whose jobs are watched."
  type        = string
}

variable "region" {
  description = "Its region, which is also what the project of the agency is called."
  type        = string
}

variable "password" {
  description = "Of the user; the exporter reads it from a file."
  type        = string
  sensitive   = true
}

# A user of its own, for the API only. The password is given to the exporter in a file.
resource "huaweicloud_identity_user" "drs_exporter" {
  name        = "drs-exporter"
  access_type = "programmatic"
  password    = var.password
}

resource "huaweicloud_identity_group" "readers" {
  name = "drs-readers"
}

resource "huaweicloud_identity_group_membership" "readers" {
  group = huaweicloud_identity_group.readers.id
  users = [huaweicloud_identity_user.drs_exporter.id]
}

data "huaweicloud_identity_role" "read" {
  for_each     = toset(["DRS ReadOnlyAccess", "CES ReadOnlyAccess"])
  display_name = each.value
}

resource "huaweicloud_identity_group_role_assignment" "read" {
  for_each   = data.huaweicloud_identity_role.read
  group_id   = huaweicloud_identity_group.readers.id
  role_id    = each.value.id
  project_id = var.project_id
}

# Instead of a user, on a machine of the cloud: an agency that the machine may use (AUTH=agency).
resource "huaweicloud_identity_agency" "drs_exporter" {
  name                   = "drs-exporter"
  delegated_service_name = "op_svc_ecs"

  project_role {
    project = var.region
    roles   = ["DRS ReadOnlyAccess", "CES ReadOnlyAccess"]
  }
}
