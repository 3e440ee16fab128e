$attribute = (Get-Command Remove-HcsContainer).ScriptBlock.Attributes | Where-Object { $_ -is [System.Management.Automation.CmdletBindingAttribute] }
Assert-Equal "$($attribute.ConfirmImpact)" 'High'
