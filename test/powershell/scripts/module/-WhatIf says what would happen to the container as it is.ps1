# What -WhatIf says goes to the host: a transcript has it.
function Get-WhatIf {
    param([string] $Line)
    $file = Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId)
    try {
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$((Get-Module HostCompute).Path)'; Start-Transcript '$file'; $Line; Stop-Transcript").Invoke()
        @($shell.Streams.Error | ForEach-Object { "$($_.FullyQualifiedErrorId)" }) + @(Get-Content $file | Where-Object { $_ -match '^What if: ' })
    } finally { Remove-Item $file }
}

$id = New-TestId
$said = 'What if: Performing the operation "{0}" on target "' + $id + ' ({1})".'
$null = New-HcsContainer -Id $id -Isolation process sleep, 600
Assert-Equal (Get-WhatIf "Start-HcsContainer $id -WhatIf") ($said -f 'start', 'created')
Start-HcsContainer $id
Assert-Equal (Get-WhatIf "Stop-HcsContainer $id -WhatIf") ($said -f 'shut down, and terminate after 10 s', 'running')
Assert-Equal (Get-WhatIf "Stop-HcsContainer $id -GracePeriod 2.5 -WhatIf") ($said -f 'shut down, and terminate after 2.5 s', 'running')
Assert-Equal (Get-WhatIf "Get-HcsContainer $id | Stop-HcsContainer -Force -WhatIf") ($said -f 'terminate', 'running')
Assert-Equal (Get-WhatIf "Remove-HcsContainer $id -WhatIf") ($said -f 'be refused, since it is running and -Force is not given', 'running')
Assert-Equal (Get-WhatIf "Remove-HcsContainer $id -Force -WhatIf") ($said -f 'terminate and delete, with its log', 'running')
Assert-Equal (Get-WhatIf "Suspend-HcsContainer $id -WhatIf") ($said -f 'be refused, since it has process isolation', 'running')
Assert-Equal (Get-WhatIf "Start-HcsContainer $id -WhatIf") ($said -f 'be refused, since it is running', 'running')
Assert-Equal (Get-HcsContainer $id).Status 'running'
Stop-HcsContainer $id -Force
Assert-Equal (Get-WhatIf "Stop-HcsContainer $id -WhatIf") ($said -f 'do nothing, since it has ended', 'stopped')
Assert-Equal (Get-WhatIf "Remove-HcsContainer $id -WhatIf") ($said -f 'delete, with its log', 'stopped')
Remove-HcsContainer $id -Confirm:$false
Assert-Equal (Get-WhatIf "Remove-HcsContainer $id -WhatIf") 'notFound,Remove-HcsContainer'
Assert-Match (Get-WhatIf 'Invoke-HcsContainer -Remove hostname -WhatIf') '"create and run hostname in, then delete," on target "a new container"'
