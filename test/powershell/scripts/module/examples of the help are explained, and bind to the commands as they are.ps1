$module = Get-Module HostCompute
foreach ($command in Get-Command -Module HostCompute) {
    $calls = 0
    foreach ($example in (Get-Help $command.Name -Full).examples.example) {
        $code = "$($example.code)".Trim()
        $about = (@($example.remarks | ForEach-Object Text) -join ' ').Trim()
        Assert-True ($about.Length -gt 10) "an explanation of: $code"
        $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($code, [ref] $null, [ref] $errors)
        Assert-Equal @($errors).Count 0 $code
        foreach ($call in $ast.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] }, $true)) {
            $name = $call.GetCommandName()
            $known = Get-Command $name -ErrorAction Stop
            if ($known.Module -ne $module) { continue }
            if ($name -eq $command.Name) { $calls++ }
            $bound = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($call, $true)
            foreach ($wrong in $bound.BindingExceptions.GetEnumerator()) {
                # What comes by the pipeline is not missing.
                $piped = $call.Parent.PipelineElements[0] -ne $call -and $wrong.Value.BindingException.ErrorId -eq 'MissingMandatoryParameter'
                Assert-True $piped "'$code': $($wrong.Key): $($wrong.Value.BindingException.Message)"
            }
        }
    }
    Assert-True ($calls -ge 2) "two examples that call $($command.Name)"
}
