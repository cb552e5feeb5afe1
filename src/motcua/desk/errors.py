"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Forbidden, Refused, TooLarge


class NotAnOfficial(Forbidden):
    code = "not-an-official"
    message = _("This page is for officials, and you hold no post.")
    remedy = _("Sign in with the account of your post, or go to the citizens' site.")


class NotAnAdministrator(Forbidden):
    code = "not-an-administrator"
    message = _("Only an administrator may do this.")
    remedy = _("Ask the administrator of your authority.")


class NotAFolder(Refused):
    code = "not-a-folder"
    message = _("This is no folder of a procedure packed as a .zip file.")
    remedy = _("Pack the folder that holds procedure.yaml as a .zip file and choose it again.")


class FolderTooLarge(TooLarge):
    code = "folder-too-large"
    message = _("The folder is too large: at most %(files)s files and %(size)s MB.")
    remedy = _("Leave out what does not belong to the procedure and pack it again.")
