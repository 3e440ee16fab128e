foreach ($command in Get-Command -Module HostCompute) {
    $help = Get-Help $command.Name -Full
    Assert-True ($help.Synopsis.Trim() -ne '' -and $help.Synopsis -notmatch '^\s*\w+-Hcs\w+ \[') "$($command.Name) synopsis"
    Assert-True (@($help.Examples.example).Count -ge 2) "$($command.Name) examples"
    $own = $command.Parameters.Keys | Where-Object { [System.Management.Automation.Cmdlet]::CommonParameters -notcontains $_ -and @('WhatIf', 'Confirm') -notcontains $_ }
    foreach ($name in $own) {
        $text = @($help.parameters.parameter | Where-Object name -eq $name).description.Text
        Assert-True ("$text".Trim() -ne '') "$($command.Name) -$name"
    }
}
