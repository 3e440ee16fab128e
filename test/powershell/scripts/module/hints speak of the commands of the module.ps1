function Get-Hint { param([scriptblock] $Block) (Assert-Fails $Block).ErrorDetails.RecommendedAction }

$id = New-TestId
Assert-Equal (Get-Hint { Get-HcsContainer $id }) 'Get-HcsContainer without an id lists all'
$null = New-HcsContainer -Id $id sleep, 600
Assert-Equal (Get-Hint { New-HcsContainer -Id $id sleep, 600 }) "choose another -Id, or: Remove-HcsContainer -Id $id -Force"
Assert-Equal (Get-Hint { Invoke-HcsCommand $id hostname }) "Start-HcsContainer -Id $id first"
Start-HcsContainer $id
Assert-Equal (Get-Hint { Suspend-HcsContainer $id }) 'create it with -Isolation hyperv'
Assert-Equal (Get-Hint { Remove-HcsContainer $id -Confirm:$false }) "stop it first, or: Remove-HcsContainer -Id $id -Force, which kills it"
Assert-Match (Get-Hint { Invoke-HcsContainer -Remove 'sh -c "echo hi"' }) 'with commas'
Assert-Match (Get-Hint { Invoke-HcsCommand $id 'sh -c "echo hi"' }) 'with commas'
Assert-Match (Get-Hint { Invoke-HcsContainer -Remove nosuch, 'a b' }) '^the first word is the program'
Stop-HcsContainer $id -Force
Assert-Equal (Get-Hint { Invoke-HcsCommand $id hostname }) "what it has written: Get-HcsLog -Id $id; its end: Get-HcsContainer -Id $id"
Assert-Equal (Get-Hint { Start-HcsContainer $id }) "a container runs once: Remove-HcsContainer -Id $id, then create it again"
$wrong = Assert-Fails { New-HcsContainer sleep -Memory lots }
Assert-Match $wrong.Exception.Message '^-Memory: '
Assert-Match $wrong.ErrorDetails.RecommendedAction '^see: Get-Help New-HcsContainer$'
Assert-Match $wrong.Exception.Data['HcsError'].Issues[0].Path '^--memory$'
Remove-HcsContainer $id -Confirm:$false

# Each verb has its command, or is one that the module has none for.
$commandOnly = 'checkpoint', 'close-stdin', 'complete', 'completion', 'delete-task', 'doctor', 'help', 'resize', 'restore',
    'schema', 'serve', 'sweep', 'update', 'version'
$known = & (Get-Module HostCompute) { $script:HcsCommands }
foreach ($verb in ((hcs help --json | ConvertFrom-Json).commands | Where-Object name -notmatch ' ').name) {
    if ($verb -cin $commandOnly) { Assert-True (-not $known.ContainsKey($verb)) $verb } else { Assert-True ($null -ne (Get-Command $known[$verb] -Module HostCompute)) $verb }
}
# What the module cannot do stays a command.
foreach ($text in 'start it with: hcs engine start', 'look into it with: hcs engine logs', 'name the layers of an image: hcs layer find') {
    Assert-Equal (& (Get-Module HostCompute) { param($text) ConvertTo-HcsHint -Text $text } $text) $text
}
